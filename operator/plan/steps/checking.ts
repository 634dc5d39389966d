import { failureOf } from '../checks/sentence.ts';
import { measure, takeResults } from '../checks/run.ts';
import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { sizeBeforePromotion } from '../gates.ts';
import { whyNotWhole } from '../sentences.ts';
import { isLost, isWhole } from '../slots.ts';
import { fromTime, toTime } from '../time.ts';
import { advance } from './advance.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/**
 * The checks before the switch are made. A change of size neither ends nor passes them: what is not whole is not
 * measured, and counts as stalled after `progressDeadlineSeconds`. A failed check ends the release.
 */
export const checking = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release } = draft.status;
  if (release === undefined) return;
  const { revision } = release;
  const run = { stage: 'Before', revision, isOpen: false } as const;
  const { failed, isPassed } = takeResults(draft, run);
  if (isPaused(draft)) return;
  const slot = draft.idleSlot;
  const view = draft.snapshot.slots[slot];
  if (failed !== undefined) {
    draft.status.rejected = revision;
    draft.endRelease('Failed', 'CheckFailed', failureOf(failed));
    draft.enter('Stable');
  } else if (isLost(view, revision)) {
    draft.enter('Filling', draft.spec.progressDeadlineSeconds);
  } else if (isPassed) {
    advance(draft, 'Checking');
  } else {
    const size = sizeBeforePromotion(draft);
    fillSlot(draft, slot, revision, size);
    if (draft.actions.length > 0 || !isWhole(view, revision, size)) holdMeasurements(draft, size);
    else {
      delete draft.status.step.deadline;
      if (size > 0) measure(draft, run, slot);
      else draft.waitFor('spec.replicas to be above 0: without a pod there is nothing to check');
    }
  }
};

const holdMeasurements = (draft: Draft, size: number): void => {
  const { step } = draft.status;
  const slot = draft.idleSlot;
  const sentence = whyNotWhole(draft, slot, size);
  step.deadline ??= toTime(draft.now + draft.spec.progressDeadlineSeconds * 1000);
  const deadline = fromTime(step.deadline);
  draft.explainPods(slot);
  draft.waitFor(sentence);
  if (deadline <= draft.now) draft.stall('ProgressDeadlineExceeded', step.waitingFor ?? sentence);
  else draft.wake(deadline);
};
