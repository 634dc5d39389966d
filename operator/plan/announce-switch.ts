import { otherSlot, type Slot } from '../api/names.ts';
import type { Draft } from './draft.ts';
import { selectsBoth } from './slots.ts';
import { fromTime } from './time.ts';

/**
 * How long before the switch the pods of the old slot are told that they are leaving, in milliseconds: about the time
 * that the annotation takes to become a file in the pod (0.02 to 0.23 s on the local node).
 *
 * Told only after the switch, clients with open connections would follow it by as much; and by a second and more where
 * the kubelet takes longer. After it has synced a pod, it syncs it again only after its next look at all containers, up
 * to 1 s later. And in about one of 200 changes its volume manager writes the files anew from the pod as it was before
 * and takes the change for done (kubelet 1.36; 2 of 370 in the volume of the chassis); so there is a second chance: the
 * pods are told again, that they are retired, when the switch is confirmed.
 */
const LEAD_MS = 300;

/**
 * Ask the clients of the old slot to come back on new connections, which the switch then moves: its pods still serve, and
 * close each connection after an answer. Returns whether the switch has to wait for that.
 */
export const announceSwitch = (draft: Draft, slot: Slot): boolean => {
  const { snapshot, now } = draft;
  const { active, step } = draft.status;
  const old = snapshot.slots[otherSlot(slot)];
  if (active === undefined || old?.revision !== active || old.ready === 0) return false;
  if (draft.live !== active && !selectsBoth(snapshot.services.active, draft.name)) return false;
  if (snapshot.announced !== step.since) {
    draft.actions.push({ kind: 'signal', slot: old.slot, revision: active, traffic: 'leaving' });
  }
  const since = fromTime(step.since);
  // Another clock may have been ahead.
  if (now >= since + LEAD_MS || now < since) return false;
  // No sentence: to write one would cost more than it would tell in that time.
  draft.wake(since + LEAD_MS);
  return true;
};
