import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { isPromoted, sizeBeforePromotion } from '../gates.ts';
import { whyNotWhole } from '../sentences.ts';
import { isLost, isWhole } from '../slots.ts';
import { fromTime, timeOfDay, toTime } from '../time.ts';
import { advance } from './advance.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** The slot is ready and is watched for `promotion.soakSeconds`. A soak that loses all its pods begins again. */
export const soaking = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release, step } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  const slot = draft.idleSlot;
  const view = draft.snapshot.slots[slot];
  const size = sizeBeforePromotion(draft);
  if (isLost(view, release.revision)) {
    draft.enter('Filling', draft.spec.progressDeadlineSeconds);
    return;
  }
  fillSlot(draft, slot, release.revision, size);
  const { soakSeconds } = draft.spec.promotion;
  const soakedAt = fromTime(step.since) + soakSeconds * 1000;
  step.deadline = toTime(soakedAt);
  if (soakedAt > draft.now && !isPromoted(draft)) {
    draft.waitFor(`the soak of ${soakSeconds} s, until ${timeOfDay(soakedAt)}`);
    draft.wake(soakedAt);
  } else if (draft.actions.length === 0 && isWhole(view, release.revision, size)) {
    advance(draft, 'Soaking');
  } else {
    const sentence = whyNotWhole(draft, slot, size);
    draft.explainPods(slot);
    draft.waitFor(sentence);
    const stalledAt = soakedAt + draft.spec.progressDeadlineSeconds * 1000;
    if (stalledAt <= draft.now) draft.stall('ProgressDeadlineExceeded', step.waitingFor ?? sentence);
    else draft.wake(stalledAt);
  }
};
