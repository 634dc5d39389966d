import type { Draft } from '../draft.ts';
import { isLost } from '../slots.ts';
import { bringUp } from './bring-up.ts';
import { enterSwitching } from './enter-switching.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/**
 * The release has passed every gate and is brought to full size, which may change meanwhile; then comes the switch. One
 * that loses all its pods has to pass the gates again.
 */
export const scaling = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  const { replicas } = draft.spec;
  if (isLost(draft.snapshot.slots[draft.idleSlot], release.revision)) {
    draft.enter('Filling', draft.spec.progressDeadlineSeconds);
  } else if (bringUp(draft, release.revision, replicas)) {
    enterSwitching(draft);
  }
};
