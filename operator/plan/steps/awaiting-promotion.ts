import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { needsPerson, sizeBeforePromotion } from '../gates.ts';
import { aPersonToPromote } from '../sentences.ts';
import { isLost } from '../slots.ts';
import { advance } from './advance.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** All that can be done without a person is done. */
export const awaitingPromotion = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  const slot = draft.idleSlot;
  const { revision } = release;
  if (isLost(draft.snapshot.slots[slot], revision)) {
    draft.enter('Filling', draft.spec.progressDeadlineSeconds);
  } else if (needsPerson(draft)) {
    draft.waitFor(aPersonToPromote(draft, revision));
    fillSlot(draft, slot, revision, sizeBeforePromotion(draft));
  } else {
    advance(draft, 'AwaitingPromotion');
  }
};
