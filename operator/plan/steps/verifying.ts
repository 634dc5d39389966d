import { otherSlot } from '../../api/names.ts';
import { measure, takeResults } from '../checks/run.ts';
import { failureOf } from '../checks/sentence.ts';
import type { Draft } from '../draft.ts';
import { selectPreview } from '../fill.ts';
import { isDown, isKept } from '../slots.ts';
import { findTarget, type Target } from '../target.ts';
import { fromTime, timeOfDay } from '../time.ts';
import { leave } from './leave.ts';
import { isPaused } from './pause.ts';
import { takeBack } from './take-back.ts';

/** Something else is asked for: the release ends here, and what follows is decided while its old slot is kept. */
const giveWay = (draft: Draft, { revision = '', because }: Target): void => {
  if (because === 'RolledBack') {
    draft.endRelease('RolledBack', 'Decision', `spec.decision asks for ${revision} instead`);
  } else {
    draft.endRelease('Superseded', 'SpecChanged', `it was overtaken: ${revision} is asked for`);
  }
  draft.enter('Retiring', draft.spec.switch.retireAfterSeconds);
};

/**
 * The release serves, and the checks after the switch are made for `windowSeconds`. Until they have passed, the old slot
 * is kept whole and at the size that is asked for, so that a failed check or an Abort takes the release back in one
 * switch.
 */
export const verifying = (draft: Draft): void => {
  const { release, active, step } = draft.status;
  const slot = draft.activeSlot;
  if (active === undefined || slot === undefined) return;
  const old = draft.snapshot.slots[otherSlot(slot)];
  // A claim that is written first may show that this view is old.
  if (leave(draft, active, old?.revision) || draft.actions.length > 0) return;
  if (release === undefined) {
    draft.enter('Retiring', draft.spec.switch.retireAfterSeconds);
    return;
  }
  const isHeld = isPaused(draft);
  const windowEnds = step.deadline === undefined ? Infinity : fromTime(step.deadline);
  const isOpen = windowEnds > draft.now;
  const run = { stage: 'After', revision: active, isOpen } as const;
  const { failed, isPassed } = takeResults(draft, run);
  const { decision } = draft.spec;
  if (decision?.action === 'Abort' && decision.revision === active && draft.snapshot.desired.revision === active) {
    takeBack(draft, 'Aborted', 'Decision', 'aborted by spec.decision');
    return;
  }
  const target = findTarget(draft);
  if (target.revision !== undefined && target.revision !== active) {
    giveWay(draft, target);
    return;
  }
  if (target.revision !== undefined) draft.status.target = target.revision;
  if (isHeld) return;
  if (failed !== undefined) {
    takeBack(draft, 'Failed', 'CheckFailed', failureOf(failed));
    return;
  }
  const { replicas } = draft.spec;
  const isEmpty = replicas === 0 && !isOpen;
  if (isPassed || isEmpty) {
    const instead = old === undefined ? '' : ` instead of ${old.revision}`;
    const checked = isPassed ? 'has passed its checks' : 'has no pod left to check';
    draft.endRelease('Promoted', 'Switched', `serves${instead}, and ${checked}`);
    draft.enter('Retiring', draft.spec.switch.retireAfterSeconds);
    return;
  }
  selectPreview(draft, active);
  if (old !== undefined && isKept(old, old.revision) && old.replicas < replicas) {
    draft.actions.push({ kind: 'scale', slot: old.slot, replicas, resourceVersion: old.resourceVersion });
  }
  if (replicas === 0) {
    draft.waitFor('spec.replicas to be above 0: without a pod there is nothing to check');
  } else if (isDown(draft.snapshot.slots[slot])) {
    draft.waitFor(`a pod of slot ${slot} to be ready: there is none to check`);
  } else {
    measure(draft, run, slot);
    if (isOpen) draft.waitFor(`the checks after the switch, until ${timeOfDay(windowEnds)}`);
  }
  if (isOpen) draft.wake(windowEnds);
};
