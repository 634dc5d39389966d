import type { BlueGreenStatus } from '../api/bluegreen.ts';
import { SLOTS, type Slot } from '../api/names.ts';
import type { SlotView } from './types.ts';

/**
 * Claims fence writers whose view of the world is old. A claim is a number that only grows. It is raised in status
 * first (a write that an outdated writer cannot make), then written on the slot's Deployment. Whoever sees a claim on
 * the Deployment that its own status does not explain knows that it has missed something, and keeps its hands off;
 * whoever has not even seen the claim fails on the Deployment's resourceVersion.
 */
const toNumber = (claim: string | undefined): number => Number(claim ?? '0') || 0;

/** The claim that status records for a slot. */
const recorded = (status: BlueGreenStatus, slot: Slot): number => toNumber(status.slots[slot]?.claim);

/** How the claim on a slot's Deployment compares with the one on record. */
export const claimState = (status: BlueGreenStatus, view: SlotView): 'equal' | 'behind' | 'ahead' => {
  const difference = toNumber(view.claim) - recorded(status, view.slot);
  return difference === 0 ? 'equal' : difference < 0 ? 'behind' : 'ahead';
};

/** A claim higher than every one that status has given out, and than the fence (which outlives a status that is lost). */
export const nextClaim = (status: BlueGreenStatus, fence: string | undefined): string =>
  String(Math.max(toNumber(fence), ...SLOTS.map((slot) => recorded(status, slot))) + 1);

/** Whether a fence on the Service is at least as high as the claim that asked for it. */
export const isFenced = (fence: string | undefined, claim: string | undefined): boolean =>
  toNumber(fence) >= toNumber(claim);
