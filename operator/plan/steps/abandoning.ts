import type { Draft } from '../draft.ts';
import { isFenced } from '../claim.ts';
import { isGated } from '../gates.ts';
import { moveTraffic } from '../move-traffic.ts';
import { selectsBoth, selectsExactly } from '../slots.ts';
import { findTarget } from '../target.ts';
import { isStillAsked } from './settle.ts';

/**
 * A switch on record is given up. Somebody may still be about to carry it out (another replica of the operator that
 * was stopped for a moment), so the Service is written first: a write with an older resourceVersion then fails. If the
 * switch was made before that, it is finished, and the way back is an ordinary one.
 */
export const abandoning = (draft: Draft): void => {
  const { release } = draft.status;
  const service = draft.snapshot.services.active;
  if (release === undefined || service === undefined) return;
  if (selectsExactly(service, draft.name, release.revision)) {
    draft.enter('Switching');
    return;
  }
  const fence = draft.status.slots[draft.idleSlot]?.claim;
  if (fence !== undefined && !isFenced(service, fence)) {
    draft.actions.push({ kind: 'fence', service: service.name, fence, resourceVersion: service.resourceVersion });
    draft.waitFor(`Service ${service.name} to be fenced against the switch that was given up`);
    return;
  }
  const { active } = draft.status;
  const slot = draft.activeSlot;
  const old = slot && draft.snapshot.slots[slot];
  // Half a switch: both slots are selected.
  if (selectsBoth(service, draft.name) && old?.revision === active && old !== undefined && old.ready > 0) {
    moveTraffic(draft, old, service);
    return;
  }
  // The pods that serve on may have been told that they are leaving.
  if (slot !== undefined && active !== undefined && active === draft.live) {
    draft.actions.push({ kind: 'signal', slot, revision: active, traffic: 'active' });
  }
  if (findTarget(draft).revision === undefined || isStillAsked(draft)) {
    // What was to be switched has passed its gates.
    draft.enter(isGated(draft) ? 'Scaling' : 'Filling', draft.spec.progressDeadlineSeconds);
  }
};
