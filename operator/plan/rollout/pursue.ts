import { timeOfDay, toTime } from '../time.ts';
import type { RolloutDraft } from './draft.ts';
import { revert } from './revert.ts';

/** Decide which version all shall have: the newest content of the source, unless that was rejected. */
export const pursue = (draft: RolloutDraft): void => {
  const { source } = draft.snapshot;
  const { configMap, quietSeconds } = draft.spec.source;
  if (source === undefined) {
    draft.stall('SourceMissing', `ConfigMap ${configMap} does not exist; its consumers keep what they have`);
    return;
  }
  const { status } = draft;
  status.current ??= source.version;
  decide(draft, source.version);
  if (status.rejected !== undefined && status.rejected !== source.version) {
    delete status.rejected;
    delete status.failure;
  }
  const wanted = status.rejected === undefined ? source.version : status.current;
  if (wanted === status.target) return;
  if (draft.spec.paused) {
    draft.waitFor('spec.paused to be false');
    return;
  }
  const settledAt = source.seenAt + quietSeconds * 1000;
  if (settledAt > draft.now) {
    draft.waitFor(`edits of ConfigMap ${configMap} to settle, until ${timeOfDay(settledAt)}`);
    draft.wake(settledAt);
    return;
  }
  retarget(draft, wanted);
};

/**
 * Only the newest version is pursued. Those that are at work go over to it at once: they are at work anyway. Those that
 * have settled with the version before keep it until their turn comes.
 */
const retarget = (draft: RolloutDraft, version: string): void => {
  if (!draft.ensureCopy(version)) return;
  const { status } = draft;
  const before = status.target ?? '';
  draft.endRollout(before, 'Superseded', `overtaken by version ${version}`);
  const members = status.wave?.consumers ?? [];
  for (const id of members) draft.grant(id, version);
  delete status.wave;
  delete status.failure;
  status.target = version;
  if (draft.snapshot.consumers.length === 0) {
    status.current = version;
    draft.enter('Stable');
    return;
  }
  const now = toTime(draft.now);
  status.startedAt = now;
  if (members.length > 0) status.wave = { number: 1, startedAt: now, consumers: members };
  draft.event('Normal', 'RolloutStarted', `version ${version} of ConfigMap ${draft.spec.source.configMap}`);
  draft.enter('Rolling');
};

/** Carry out what a person has decided about the present version. */
const decide = (draft: RolloutDraft, version: string): void => {
  const { decision } = draft.spec;
  const { status } = draft;
  if (decision?.action !== 'Retry') delete status.retried;
  if (decision === undefined || decision.version !== version) return;
  if (decision.action === 'Revert') {
    if (status.rejected === version || status.current === version) return;
    if (status.target === version) revert(draft, 'by spec.decision');
    else status.rejected = version;
    return;
  }
  const { requestedAt } = decision;
  if (status.retried?.version === version && status.retried.requestedAt === requestedAt) return;
  status.retried = requestedAt === undefined ? { version } : { version, requestedAt };
  if (status.rejected === version) {
    delete status.rejected;
    delete status.failure;
  } else if (status.failure?.version === version) {
    tryAgain(draft);
  }
};

/** Those that have failed give the version back, and get it once more in the next wave. */
const tryAgain = (draft: RolloutDraft): void => {
  const { status } = draft;
  const { current } = status;
  delete status.failure;
  if (current !== undefined) {
    for (const { id, state } of draft.atWork) if (state.kind === 'failed') draft.grant(id, current);
  }
  if (status.wave !== undefined) status.wave.startedAt = toTime(draft.now);
  draft.enter('Rolling');
};
