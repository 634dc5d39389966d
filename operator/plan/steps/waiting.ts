import type { Draft } from '../draft.ts';
import { timeOfDay } from '../time.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** A release waits until edits of its ConfigMaps and Secrets have settled, so that edits made together go live together. */
export const waiting = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  if (isPaused(draft)) return;
  const settledAt = draft.snapshot.desired.configChangedAt + draft.spec.config.quietSeconds * 1000;
  if (draft.status.active !== undefined && settledAt > draft.now) {
    draft.waitFor(`edits of its config to settle, until ${timeOfDay(settledAt)}`);
    draft.wake(settledAt);
    return;
  }
  draft.enter('Filling', draft.spec.progressDeadlineSeconds);
};
