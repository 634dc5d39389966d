import type { Draft } from '../draft.ts';
import { collect } from '../collect.ts';
import { fillSlot } from '../fill.ts';
import { whyNotWhole } from '../sentences.ts';
import { isWhole } from '../slots.ts';
import { fromTime } from '../time.ts';
import { enterSwitching } from './enter-switching.ts';
import { isPaused } from './pause.ts';
import { isStillAsked } from './settle.ts';

/** Pods are looked at to explain a wait only when it lasts longer than an ordinary start. */
const EXPLAIN_AFTER_MS = 3_000;
/** How often pods are looked at while they are not ready; their troubles change without any event that is watched. */
const EXPLAIN_EVERY_MS = 2_000;

/** The slot is brought to full size; when every pod is ready, the soak or the switch is next. */
export const filling = (draft: Draft): void => {
  if (!isStillAsked(draft)) return;
  const { release, step } = draft.status;
  if (release === undefined || isPaused(draft)) return;
  const slot = draft.idleSlot;
  const { replicas } = draft.spec;
  if (!fillSlot(draft, slot, release.revision)) {
    collect(draft);
    return;
  }
  if (draft.actions.length === 0 && isWhole(draft.snapshot.slots[slot], release.revision, replicas)) {
    const soak = draft.status.active === undefined || release.rollback ? 0 : draft.spec.promotion.soakSeconds;
    if (soak > 0) draft.enter('Soaking', soak);
    else enterSwitching(draft);
    return;
  }
  if (draft.actions.length === 0) collect(draft);
  const sentence = whyNotWhole(draft, slot, replicas);
  if (draft.now - fromTime(step.since) >= EXPLAIN_AFTER_MS) draft.explainPods(slot);
  draft.waitFor(sentence);
  draft.wake(Math.max(draft.now + EXPLAIN_EVERY_MS, fromTime(step.since) + EXPLAIN_AFTER_MS));
  const deadline = step.deadline === undefined ? Infinity : fromTime(step.deadline);
  if (deadline <= draft.now) {
    draft.stall('ProgressDeadlineExceeded', draft.status.step.waitingFor ?? sentence);
  } else {
    draft.wake(deadline);
  }
};
