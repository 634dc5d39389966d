import type { StepName } from '../../api/bluegreen.ts';
import { findTarget, type Target } from '../target.ts';
import type { Draft } from '../draft.ts';
import { fromTime } from '../time.ts';

/** Steps whose deadline is one for the release. */
const BOUNDED = new Set<StepName>(['Filling', 'Checking', 'Scaling']);

/** How a release ends when something else is asked for. */
const endFor = (draft: Draft, target: Target): void => {
  const { release, step } = draft.status;
  const isLate = BOUNDED.has(step.name) && step.deadline !== undefined && fromTime(step.deadline) <= draft.now;
  if (target.because === 'Aborted') {
    draft.status.rejected = draft.snapshot.desired.revision ?? '';
    draft.endRelease('Aborted', 'Decision', 'aborted by spec.decision');
  } else if (target.because === 'RolledBack') {
    draft.endRelease('RolledBack', 'Decision', `spec.decision asks for ${target.revision ?? ''} instead`);
  } else if (isLate) {
    draft.endRelease(
      'Failed',
      'ProgressDeadlineExceeded',
      `not ready in time; ${target.revision ?? ''} is asked for now`,
    );
  } else {
    const what = release?.rollback ? 'the way back' : 'it';
    draft.endRelease('Superseded', 'SpecChanged', `${what} was overtaken: ${target.revision ?? ''} is asked for`);
  }
};

/**
 * Whether the release that is under way is still the one asked for. If not, it ends here: either the active revision
 * is asked for again, or the next release begins. One that still waits changes with what is asked. An answer that
 * cannot be had (a missing ConfigMap) changes nothing. A way back that ends so leaves a slot that served a moment ago: it
 * is kept whole for another retire time.
 */
export const isStillAsked = (draft: Draft): boolean => {
  const target = findTarget(draft);
  if (target.revision === undefined) return false;
  draft.status.target = target.revision;
  if (target.revision === draft.status.release?.revision) return true;
  const { release, active, step } = draft.status;
  if (release && step.name === 'Waiting' && target.because === undefined && target.revision !== active) {
    // Nothing has been done for it yet: it becomes the release of what is asked for now, so that edits made together
    // are one release in the history too.
    const { startedAt, steps } = release;
    draft.status.release = { revision: target.revision, startedAt, steps };
    return true;
  }
  const isBack = release?.rollback === true;
  endFor(draft, target);
  if (isBack) {
    draft.enter('Retiring', draft.spec.switch.retireAfterSeconds);
  } else if (target.revision === draft.status.active) {
    draft.enter('Stable');
  } else {
    draft.startRelease(target.revision, false);
    draft.enter('Waiting');
  }
  return false;
};
