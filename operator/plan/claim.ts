import type { BlueGreenStatus } from '../api/bluegreen.ts';
import { SLOTS, type Slot } from '../api/names.ts';
import type { ServiceView, SlotView } from './types.ts';

/**
 * Claims fence writers whose view of the world is old. A claim is a number that only grows. It is raised in status
 * first (a write that an outdated writer cannot make), then written on the slot's Deployment, then on the Service as
 * its fence; only then may the selector be written. Whoever sees a claim or a fence that its own status does not
 * explain knows that it has missed something, and keeps its hands off; whoever has not even seen it fails on the
 * object's resourceVersion.
 */
const toNumber = (claim: string | undefined): number => Number(claim ?? '0') || 0;

/** The claim that status records for a slot. */
const recorded = (status: BlueGreenStatus, slot: Slot): number => toNumber(status.slots[slot]?.claim);

const highest = (status: BlueGreenStatus): number => Math.max(...SLOTS.map((slot) => recorded(status, slot)));

/** How the claim on a slot's Deployment compares with the one on record. */
export const claimState = (status: BlueGreenStatus, view: SlotView): 'equal' | 'behind' | 'ahead' => {
  const difference = toNumber(view.claim) - recorded(status, view.slot);
  return difference === 0 ? 'equal' : difference < 0 ? 'behind' : 'ahead';
};

/** Raise a slot's claim on record above all that were given out; the fence outlives a status that was lost. */
export const raiseClaim = (status: BlueGreenStatus, slot: Slot, service: ServiceView | undefined): void => {
  const old = status.slots[slot];
  const claim = String(Math.max(highest(status), toNumber(service?.fence)) + 1);
  if (old) status.slots[slot] = { ...old, claim };
};

/** Take over the claims that are found, for a status that was lost. */
export const adoptClaims = (status: BlueGreenStatus, views: Partial<Record<Slot, SlotView>>, fence?: string): void => {
  for (const slot of SLOTS) {
    const known = status.slots[slot];
    const claim = Math.max(toNumber(views[slot]?.claim), toNumber(fence));
    if (known && claim > 0) status.slots[slot] = { ...known, claim: String(claim) };
  }
};

/** Whether a fence on the Service is at least as high as the claim that asked for it. */
export const isFenced = (service: ServiceView, claim: string | undefined): boolean =>
  toNumber(service.fence) >= toNumber(claim);

/** How the fence on the Service compares with a slot's claim; `unknown`: with a claim that status does not know of. */
export const fenceState = (
  status: BlueGreenStatus,
  slot: Slot,
  service: ServiceView,
): 'equal' | 'behind' | 'ahead' | 'unknown' => {
  const fence = toNumber(service.fence);
  if (fence > highest(status)) return 'unknown';
  const difference = fence - recorded(status, slot);
  return difference === 0 ? 'equal' : difference < 0 ? 'behind' : 'ahead';
};
