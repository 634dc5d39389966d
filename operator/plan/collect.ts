import { SLOTS } from '../api/names.ts';
import type { Draft } from './draft.ts';
import { newestFirst } from './records.ts';
import type { RecordView } from './types.ts';

/** Drop the records past `revisionHistoryLimit`, and the config copies that no record, slot or spec names any more. */
export const collect = (draft: Draft): void => {
  const { records, copies, desired, slots } = draft.snapshot;
  const { active, target, release } = draft.status;
  const { decision } = draft.spec;
  const inUse = new Set(
    [
      active,
      target,
      release?.revision,
      draft.live,
      desired.revision,
      decision?.revision === desired.revision ? decision?.to : undefined,
      ...SLOTS.map((slot) => slots[slot]?.revision),
    ].filter((revision) => revision !== undefined),
  );
  const ordered = newestFirst(records);
  const isKept = (record: RecordView, index: number): boolean =>
    index < draft.spec.revisionHistoryLimit || inUse.has(record.revision);
  const kept = ordered.filter(isKept);
  for (const [index, record] of ordered.entries()) {
    if (!isKept(record, index)) {
      draft.actions.push({ kind: 'deleteRecord', revision: record.revision, resourceVersion: record.resourceVersion });
    }
  }
  // A record that the cache does not show (yet) may name any copy.
  const known = new Set(records.map((record) => record.revision));
  if (SLOTS.some((slot) => slots[slot] !== undefined && !known.has(slots[slot].revision))) return;
  const named = new Set([...kept.flatMap((record) => record.copies), ...desired.configs.map((config) => config.copy)]);
  for (const copy of copies) {
    if (!named.has(copy.name)) {
      const { kind: configKind, name, resourceVersion } = copy;
      draft.actions.push({ kind: 'releaseCopy', configKind, name, resourceVersion });
    }
  }
};
