import type { Slot } from '../../api/names.ts';
import { nextClaim } from '../claim.ts';
import type { Draft } from '../draft.ts';

/** Raise a slot's claim on record. Until the Deployment carries it too, nobody with an older view can write there. */
export const raiseClaim = (draft: Draft, slot: Slot): void => {
  const old = draft.status.slots[slot];
  if (old) draft.status.slots[slot] = { ...old, claim: nextClaim(draft.status, draft.snapshot.services.active?.fence) };
};

/** Put the decision to switch on record. The switch itself is made by the next plan. */
export const enterSwitching = (draft: Draft): void => {
  raiseClaim(draft, draft.idleSlot);
  draft.enter('Switching');
};
