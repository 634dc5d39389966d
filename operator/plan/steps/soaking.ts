import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { whyNotWhole } from '../sentences.ts';
import { isWhole } from '../slots.ts';
import { fromTime, timeOfDay, toTime } from '../time.ts';
import { enterSwitching } from './enter-switching.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** The slot is ready and is watched for `promotion.soakSeconds`. A soak that loses all its pods begins again. */
export const soaking = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release, step } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  const slot = draft.idleSlot;
  const view = draft.snapshot.slots[slot];
  const { replicas } = draft.spec;
  if (view?.revision !== release.revision || (view.ready === 0 && replicas > 0)) {
    draft.enter('Filling', draft.spec.progressDeadlineSeconds);
    return;
  }
  fillSlot(draft, slot, release.revision);
  const soakedAt = fromTime(step.since) + draft.spec.promotion.soakSeconds * 1000;
  step.deadline = toTime(soakedAt);
  if (soakedAt > draft.now) {
    draft.waitFor(`the soak of ${draft.spec.promotion.soakSeconds} s, until ${timeOfDay(soakedAt)}`);
    draft.wake(soakedAt);
  } else if (draft.actions.length === 0 && isWhole(view, release.revision, replicas)) {
    enterSwitching(draft);
  } else {
    const sentence = whyNotWhole(draft, slot, replicas);
    draft.explainPods(slot);
    draft.waitFor(sentence);
    const stalledAt = soakedAt + draft.spec.progressDeadlineSeconds * 1000;
    if (stalledAt <= draft.now) draft.stall('ProgressDeadlineExceeded', step.waitingFor ?? sentence);
    else draft.wake(stalledAt);
  }
};
