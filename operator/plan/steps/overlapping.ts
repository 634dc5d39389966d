import { bothSelector, otherSlot, type Slot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { moveTraffic } from '../move-traffic.ts';
import { whyNotWhole } from '../sentences.ts';
import { isDown, isWhole, selectsBoth, selectsExactly, slotOf } from '../slots.ts';
import { findTarget } from '../target.ts';
import { fromTime, timeOfDay, toTime } from '../time.ts';
import { endOverlap, giveUpSwitch } from './enter-switching.ts';

/** Endpoints are watched; this is only the safety net. */
const CONFIRM_EVERY_MS = 5_000;

/**
 * Both slots serve for `switch.overlapSeconds`, for load balancers that leave a hole when all endpoints change at once.
 * The active Service is written like in a switch; the time begins when its EndpointSlices list both slots. Without the
 * old slot there is nothing to overlap with.
 */
export const overlapping = (draft: Draft): void => {
  const { release, active } = draft.status;
  const service = draft.snapshot.services.active;
  if (release === undefined || service === undefined) return;
  const { revision } = release;
  const slot = slotOf(draft.snapshot, revision) ?? draft.idleSlot;
  const view = draft.snapshot.slots[slot];
  const old = draft.snapshot.slots[otherSlot(slot)];
  const isAlone = old?.revision !== active || isDown(old);
  const asked = findTarget(draft).revision;
  if (view?.revision !== revision || isDown(view) || (asked !== undefined && asked !== revision && !isAlone)) {
    giveUpSwitch(draft, slot);
  } else if (isAlone || selectsExactly(service, draft.name, revision)) {
    endOverlap(draft);
  } else if (selectsBoth(service, draft.name)) {
    fillSlot(draft, slot, revision, draft.spec.replicas);
    overlap(draft, slot);
  } else if (isWhole(view, revision, draft.spec.replicas)) {
    // Somebody may have ended an overlap that had begun: it begins anew.
    delete draft.status.step.deadline;
    moveTraffic(draft, view, service, bothSelector(draft.name));
  } else {
    giveUpSwitch(draft, slot);
  }
};

/** Both slots are selected. */
const overlap = (draft: Draft, slot: Slot): void => {
  const { step, release } = draft.status;
  const { replicas, switch: move } = draft.spec;
  const lists = (one: Slot): boolean => draft.snapshot.endpoints.some((each) => each.ready && each.slot === one);
  if (step.deadline === undefined) {
    if (lists(slot) && lists(otherSlot(slot))) step.deadline = toTime(draft.now + move.overlapSeconds * 1000);
    else {
      draft.waitFor('the EndpointSlices of the active Service to list ready pods of both slots');
      draft.wake(draft.now + CONFIRM_EVERY_MS);
      return;
    }
  }
  const until = fromTime(step.deadline);
  if (until > draft.now) {
    draft.waitFor(`the overlap of ${move.overlapSeconds} s, until ${timeOfDay(until)}`);
    draft.wake(until);
  } else if (draft.actions.length === 0 && isWhole(draft.snapshot.slots[slot], release?.revision ?? '', replicas)) {
    endOverlap(draft);
  } else {
    const sentence = whyNotWhole(draft, slot, replicas);
    draft.explainPods(slot);
    draft.waitFor(sentence);
    const stalledAt = until + draft.spec.progressDeadlineSeconds * 1000;
    if (stalledAt <= draft.now) draft.stall('ProgressDeadlineExceeded', step.waitingFor ?? sentence);
    else draft.wake(stalledAt);
  }
};
