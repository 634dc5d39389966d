import { otherSlot, type Slot } from '../../api/names.ts';
import { claimState, raiseClaim } from '../claim.ts';
import type { Draft } from '../draft.ts';
import { isDown, isKept, slotOf } from '../slots.ts';

/** Traffic has nowhere better to go. */
const sayNothingWhole = (draft: Draft, slot: Slot, failing: string): void => {
  const why = `no pod of slot ${slot} is ready, and slot ${otherSlot(slot)} is not whole either`;
  draft.stall('NothingWhole', `${why}; traffic stays with ${failing} until one of them is`);
};

/**
 * Leave a revision that serves and has lost every pod, for the old slot if that one is still whole. Decided before any
 * readiness gate. Returns whether the way back has begun; where neither slot is
 * whole, nothing is moved, and status says so. The failed revision is not tried again by itself.
 */
export const leave = (draft: Draft, failing: string, back: string | undefined): boolean => {
  const slot = slotOf(draft.snapshot, failing);
  const view = slot && draft.snapshot.slots[slot];
  if (slot === undefined || view === undefined || !isDown(view)) return false;
  const old = draft.snapshot.slots[otherSlot(slot)];
  if (back === undefined || !isKept(old, back)) {
    // Before the first release serves there is nothing to go back to; and what is seen may be from before the switch.
    const isSure = draft.status.active !== undefined && claimState(draft.status, view) === 'equal';
    if (isSure) sayNothingWhole(draft, slot, failing);
    return false;
  }
  const claim = draft.status.slots[slot]?.claim;
  const state = claimState(draft.status, view);
  if (state === 'behind' && claim !== undefined) {
    // Either this view is from before the switch, when the pods were not ready yet, or somebody has deleted the
    // Deployment and it was made anew. Only in the second case can the claim be written.
    draft.actions.push({ kind: 'claim', slot, claim, resourceVersion: view.resourceVersion });
  }
  if (state !== 'equal') return false;
  const message = `no pod of slot ${slot} is ready after the switch; ${back} takes the traffic back`;
  if (draft.status.release) {
    draft.endRelease('Failed', 'PodsNotReady', message);
  } else {
    const [last, ...earlier] = draft.status.history;
    if (last?.revision === failing) {
      draft.status.history = [{ ...last, outcome: 'Failed', reason: 'PodsNotReady', message }, ...earlier];
    }
  }
  draft.status.rejected = failing;
  draft.status.active = failing;
  draft.status.target = back;
  draft.startRelease(back, true);
  raiseClaim(draft.status, old.slot, draft.snapshot.services.active);
  draft.enter('Switching');
  return true;
};
