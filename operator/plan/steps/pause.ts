import type { Draft } from '../draft.ts';
import { fromTime, toTime } from '../time.ts';

/**
 * Whether the release is held by `spec.paused`. A pause stops the clock of the deadline: what is left of it is kept
 * and runs on after the pause.
 */
export const isPaused = (draft: Draft): boolean => {
  const { step } = draft.status;
  if (!draft.spec.paused) {
    if (step.remainingSeconds !== undefined) {
      step.deadline = toTime(draft.now + step.remainingSeconds * 1000);
      delete step.remainingSeconds;
    }
    return false;
  }
  if (step.deadline !== undefined && step.name === 'Filling') {
    step.remainingSeconds = Math.max(0, (fromTime(step.deadline) - draft.now) / 1000);
    delete step.deadline;
  }
  draft.waitFor('spec.paused to be false');
  return true;
};
