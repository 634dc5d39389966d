import { raiseClaim } from '../claim.ts';
import type { Draft } from '../draft.ts';

/** Put the decision to switch on record. The switch itself is made by the plans that follow. */
export const enterSwitching = (draft: Draft): void => {
  raiseClaim(draft.status, draft.idleSlot, draft.snapshot.services.active);
  draft.enter('Switching');
};
