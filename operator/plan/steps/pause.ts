import type { Draft } from '../draft.ts';
import { fromTime, toTime } from '../time.ts';

/**
 * Whether the release is held by `spec.paused`. A pause stops the step's clock: what is left of it is kept and runs on
 * after the pause, and the step counts as begun that much later.
 */
export const isPaused = (draft: Draft): boolean => {
  const { step } = draft.status;
  if (!draft.spec.paused) {
    if (step.pausedAt !== undefined) {
      // Another process may have written that time, with another clock.
      const lasted = Math.max(0, draft.now - fromTime(step.pausedAt));
      step.since = toTime(fromTime(step.since) + lasted);
      delete step.pausedAt;
    }
    if (step.remainingSeconds !== undefined) {
      step.deadline = toTime(draft.now + step.remainingSeconds * 1000);
      delete step.remainingSeconds;
    }
    return false;
  }
  step.pausedAt ??= toTime(draft.now);
  if (step.deadline !== undefined) {
    step.remainingSeconds = Math.max(0, (fromTime(step.deadline) - draft.now) / 1000);
    delete step.deadline;
  }
  draft.waitFor('spec.paused to be false');
  return true;
};
