import { UNPINNED } from '../../api/version.ts';
import type { RolloutDraft } from './draft.ts';

/**
 * Bring the list of consumers up to date. One that is new keeps what it has until its turn comes; if it has nothing it
 * gets what all the others have. One that is gone is forgotten, also by the wave that it was part of.
 */
export const meetConsumers = (draft: RolloutDraft): void => {
  const { consumers } = draft.snapshot;
  const present = new Set(consumers.map(({ id }) => id));
  for (const id of draft.versions.keys()) if (!present.has(id)) draft.versions.delete(id);
  const { wave } = draft.status;
  if (wave !== undefined) wave.consumers = wave.consumers.filter((id) => present.has(id));
  for (const { id, holds } of consumers) {
    const version = holds ?? draft.status.current;
    if (draft.versions.has(id) || version === undefined) continue;
    if (draft.ensureCopy(version)) draft.grant(id, version);
  }
};

/**
 * The first plan of a rollout: everybody keeps what they have. What most of them have is where they all come from, and
 * the way back.
 */
export const firstMeeting = (draft: RolloutDraft): void => {
  const { consumers, source } = draft.snapshot;
  const held = Map.groupBy(consumers, ({ holds }) => holds);
  held.delete(undefined);
  held.delete(UNPINNED);
  const [most] = [...held].toSorted(([, left], [, right]) => right.length - left.length);
  const current = most?.[0] ?? source?.version;
  if (current === undefined) {
    draft.stall('SourceMissing', `ConfigMap ${draft.spec.source.configMap} does not exist`);
    return;
  }
  draft.ensureCopy(current);
  draft.status.current = current;
  draft.status.target = current;
  meetConsumers(draft);
  draft.wake(draft.now);
};
