import { toTime } from '../time.ts';
import type { RolloutDraft } from './draft.ts';

/**
 * Take the target back from everybody. Those of the present wave go back at once, because they are at work anyway; the
 * others in waves. The version is not tried again by itself.
 */
export const revert = (draft: RolloutDraft, why: string): void => {
  const { status } = draft;
  const { current, target } = status;
  if (current === undefined || target === undefined || !draft.ensureCopy(current)) return;
  status.rejected = target;
  const members = status.wave?.consumers ?? [];
  for (const id of members) draft.grant(id, current);
  status.target = current;
  status.wave = {
    number: (status.wave?.number ?? 0) + 1,
    startedAt: toTime(draft.now),
    consumers: members,
  };
  draft.event('Warning', 'Reverting', `version ${target} is taken back: ${why}`);
  draft.enter('Reverting');
};
