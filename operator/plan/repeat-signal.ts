import { SLOTS } from '../api/names.ts';
import type { Draft } from './draft.ts';
import { fromTime } from './time.ts';

/**
 * When the hand-over signal is repeated, after the step that follows the switch has begun.
 *
 * The kubelet can lose the change of an annotation on its way to the downward-API volume, until it syncs the pod again
 * for another reason, a minute or more later: its volume manager may begin to mount a volume anew with the pod as it was
 * before, and then takes the change for done (kubelet 1.36: 25 of 4,748 changes, with 40 pods that all changed once a
 * second; a second write was in the file 0.02 to 0.13 s later in all 25). A pod that is changed once more is synced once more.
 */
export const REPEAT_SIGNAL_AFTER_MS: readonly number[] = [300, 600, 1500];

/** From then on the signal is not repeated: who takes over from an operator that was killed need not begin again. */
const REPEAT_UNTIL_MS = 5000;

/** Tell the pods of both slots again whether they serve, so that a kubelet that missed it has another chance. */
export const repeatSignal = (draft: Draft): void => {
  const { active, step } = draft.status;
  if (active === undefined || draft.live !== active) return;
  const since = fromTime(step.since);
  const next = REPEAT_SIGNAL_AFTER_MS.find((after) => since + after > draft.now);
  if (next !== undefined) draft.wake(since + next);
  const repeat = REPEAT_SIGNAL_AFTER_MS.filter((after) => since + after <= draft.now).length;
  if (repeat === 0 || draft.now > since + REPEAT_UNTIL_MS) return;
  for (const slot of SLOTS) {
    const view = draft.snapshot.slots[slot];
    const done = draft.snapshot.repeated[slot];
    if (view === undefined || view.foreign || view.replicas === 0) continue;
    if (done?.since === step.since && done.number >= repeat) continue;
    const { revision } = view;
    const traffic = revision === active ? 'active' : 'retired';
    draft.actions.push({ kind: 'signal', slot, revision, traffic, repeat: { number: repeat, since: step.since } });
  }
};
