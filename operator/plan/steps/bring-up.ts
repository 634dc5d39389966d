import { collect } from '../collect.ts';
import type { Draft } from '../draft.ts';
import { fillSlot } from '../fill.ts';
import { whyNotWhole } from '../sentences.ts';
import { isWhole } from '../slots.ts';
import { fromTime } from '../time.ts';

/** Pods are looked at to explain a wait only when it lasts longer than an ordinary start. */
const EXPLAIN_AFTER_MS = 3_000;
/** How often pods are looked at while they are not ready; their troubles change without any event that is watched. */
const EXPLAIN_EVERY_MS = 2_000;

/** Bring the idle slot to the release's revision and that size. True when it is there and every pod is ready. */
export const bringUp = (draft: Draft, revision: string, size: number): boolean => {
  const { step } = draft.status;
  const slot = draft.idleSlot;
  if (!fillSlot(draft, slot, revision, size)) {
    collect(draft);
    return false;
  }
  if (draft.actions.length === 0 && isWhole(draft.snapshot.slots[slot], revision, size)) return true;
  if (draft.actions.length === 0) collect(draft);
  const sentence = whyNotWhole(draft, slot, size);
  if (draft.now - fromTime(step.since) >= EXPLAIN_AFTER_MS) draft.explainPods(slot);
  draft.waitFor(sentence);
  draft.wake(Math.max(draft.now + EXPLAIN_EVERY_MS, fromTime(step.since) + EXPLAIN_AFTER_MS));
  const deadline = step.deadline === undefined ? Infinity : fromTime(step.deadline);
  if (deadline <= draft.now) {
    draft.stall('ProgressDeadlineExceeded', draft.status.step.waitingFor ?? sentence);
  } else {
    draft.wake(deadline);
  }
  return false;
};
