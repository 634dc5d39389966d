import type { Outcome } from '../../api/bluegreen.ts';
import { otherSlot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';
import { isKept, isWhole } from '../slots.ts';
import { enterSwitching } from './enter-switching.ts';

/**
 * End the release that serves, because it must not, and go back to the old slot. Returns whether the way back has begun:
 * traffic is never moved to a slot that is not whole. The revision is not tried again by itself.
 */
export const takeBack = (draft: Draft, outcome: Outcome, reason: string, message: string): boolean => {
  const { active } = draft.status;
  const slot = draft.activeSlot;
  if (active === undefined || slot === undefined) return false;
  const old = draft.snapshot.slots[otherSlot(slot)];
  if (old === undefined || !isKept(old, old.revision)) {
    draft.stall(
      'NothingWhole',
      `${message}; ${active} still serves, because slot ${otherSlot(slot)} is not whole either`,
    );
    return false;
  }
  draft.endRelease(outcome, reason, message);
  draft.status.rejected = active;
  draft.status.target = old.revision;
  draft.startRelease(old.revision, true);
  if (isWhole(old, old.revision, draft.spec.replicas)) enterSwitching(draft);
  else draft.enter('Filling', draft.spec.progressDeadlineSeconds);
  return true;
};
