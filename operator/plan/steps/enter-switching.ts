import { raiseClaim } from '../claim.ts';
import type { Slot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';

/** Both releases can serve together: the one that serves now has pods that are ready. */
const canOverlap = (draft: Draft): boolean => {
  const { active } = draft.status;
  const slot = draft.activeSlot;
  const view = slot && draft.snapshot.slots[slot];
  if (view === undefined || view.revision !== active || view.ready === 0) return false;
  return draft.spec.switch.overlapSeconds > 0;
};

/** Put the decision to move traffic on record: at once, or after a time in which both slots serve. */
export const enterSwitching = (draft: Draft): void => {
  raiseClaim(draft.status, draft.idleSlot, draft.snapshot.services.active);
  draft.enter(canOverlap(draft) ? 'Overlapping' : 'Switching');
};

/** Put the decision to switch on record. The switch itself is made by the plans that follow. */
export const endOverlap = (draft: Draft): void => {
  raiseClaim(draft.status, draft.idleSlot, draft.snapshot.services.active);
  draft.enter('Switching');
};

/** Put on record that a switch that is on record is given up. */
export const giveUpSwitch = (draft: Draft, slot: Slot): void => {
  raiseClaim(draft.status, slot, draft.snapshot.services.active);
  draft.enter('Abandoning');
};
