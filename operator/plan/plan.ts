import type { StepName } from '../api/bluegreen.ts';
import { SLOTS, type Slot } from '../api/names.ts';
import { findBlocker } from './blocker.ts';
import { adoptClaims } from './claim.ts';
import { Draft } from './draft.ts';
import { isUpToDate, keepActive } from './fill.ts';
import { putBack } from './put-back.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';
import { abandoning } from './steps/abandoning.ts';
import { awaitingPromotion } from './steps/awaiting-promotion.ts';
import { checking } from './steps/checking.ts';
import { filling } from './steps/filling.ts';
import { overlapping } from './steps/overlapping.ts';
import { retiring } from './steps/retiring.ts';
import { scaling } from './steps/scaling.ts';
import { soaking } from './steps/soaking.ts';
import { stable } from './steps/stable.ts';
import { switching } from './steps/switching.ts';
import { verifying } from './steps/verifying.ts';
import { waiting } from './steps/waiting.ts';
import { selectsBoth, slotOf } from './slots.ts';
import type { Plan, Snapshot } from './types.ts';

const steps: Record<StepName, (draft: Draft) => void> = {
  Stable: stable,
  Waiting: waiting,
  Filling: filling,
  Soaking: soaking,
  Checking: checking,
  AwaitingPromotion: awaitingPromotion,
  Scaling: scaling,
  Overlapping: overlapping,
  Switching: switching,
  Verifying: verifying,
  Abandoning: abandoning,
  Retiring: retiring,
};

/** Where the active Service selects both slots: the one that has pods and was chosen last. */
const lastSwitched = (draft: Draft): Slot | undefined => {
  const { slots, services } = draft.snapshot;
  if (!selectsBoth(services.active, draft.name)) return undefined;
  const claimOf = (slot: Slot): number => Number(slots[slot]?.claim ?? 0);
  const isUp = (slot: Slot): boolean => (slots[slot]?.ready ?? 0) > 0;
  const present = SLOTS.filter((slot) => slots[slot] !== undefined).toSorted((a, b) => claimOf(b) - claimOf(a));
  return present.find(isUp) ?? present[0];
};

/**
 * A BlueGreen that knows of no active revision although its Service selects one (its status was lost, for example in a
 * restore from a backup): what serves is what is active. This goes into a status that is written alone, so a writer whose
 * view is old fails there.
 */
const adopt = (draft: Draft): boolean => {
  const { status, snapshot, live } = draft;
  if (status.active !== undefined || status.release !== undefined) return false;
  const slot = slotOf(snapshot, live) ?? lastSwitched(draft);
  const revision = slot && snapshot.slots[slot]?.revision;
  if (slot === undefined || revision === undefined) return false;
  status.active = revision;
  // What was lost may have been a switch that was not confirmed yet.
  if (revision === live) draft.actions.push({ kind: 'signal', slot, revision, traffic: 'active' });
  draft.wake(draft.now);
  return true;
};

/**
 * The active revision is in neither slot: somebody has deleted its Deployment, and a writer with an old view has filled
 * the slot with something else. Nothing serves, so what is asked for is released like the first. A claim that is written
 * first shows that this view is not old. Returns whether it is so.
 */
const loseActive = (draft: Draft): boolean => {
  const { status, snapshot } = draft;
  if (status.active === undefined || status.release !== undefined || draft.activeSlot !== undefined) return false;
  const views = SLOTS.map((slot) => snapshot.slots[slot]).filter((view) => view !== undefined);
  if (!views.every((view) => isUpToDate(draft, view))) return true;
  draft.event('Warning', 'ActiveLost', `no slot holds ${status.active} any more`);
  delete status.active;
  draft.enter('Stable');
  return true;
};

/**
 * Decide what to do next. Pure: the same snapshot and time give the same plan, and any part of the snapshot may be out
 * of date.
 *
 * @param snapshot everything that may be known
 * @param now milliseconds since the epoch
 */
export const plan = (snapshot: Snapshot, now: number): Plan => {
  const draft = new Draft(snapshot, now);
  if (snapshot.bluegreen.deleting) return { actions: [], status: snapshot.bluegreen.status ?? draft.status };
  if (snapshot.bluegreen.status === undefined) {
    adoptClaims(draft.status, snapshot.slots, snapshot.services.active?.fence);
  }
  const blocker = findBlocker(snapshot);
  if (blocker) {
    draft.stall(blocker.reason, blocker.message);
  } else if (snapshot.bluegreen.status === undefined) {
    adopt(draft);
    draft.wake(now);
  } else if (!adopt(draft) && !loseActive(draft)) {
    retry(draft);
    const before = draft.status.step.name;
    if (!putBack(draft)) steps[before](draft);
    // A new step is put on record before anything is done about it.
    if (draft.status.step.name === before) keepActive(draft);
  }
  report(draft);
  return { actions: draft.actions, status: draft.outcome, requeueAt: draft.requeueAt, explain: draft.explain };
};
