import type { Draft } from '../draft.ts';
import { sizeBeforePromotion } from '../gates.ts';
import { advance } from './advance.ts';
import { bringUp } from './bring-up.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** The slot is brought to its size before promotion; when every pod is ready, the first gate is next. */
export const filling = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  if (bringUp(draft, release.revision, sizeBeforePromotion(draft))) advance(draft, 'Filling');
};
