import { type Condition, type ConditionType, withCondition } from '../api/conditions.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../api/names.ts';
import type { Draft } from './draft.ts';
import { isWhole } from './slots.ts';
import { toTime } from './time.ts';

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

const yes = (reason: string, message: string): Verdict => ({ status: 'True', reason, message });
const no = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

/** Whether the object has come to rest where the spec asks: what is asked for serves, with every pod ready. */
const readiness = (draft: Draft): Verdict => {
  const { active, target, step } = draft.status;
  const waitingFor = step.waitingFor === undefined ? '' : `waiting for ${step.waitingFor}`;
  if (draft.problem) return no(draft.problem.reason, draft.problem.message);
  // A release that waits for a person is complete as far as any pipeline is concerned.
  const isAwaiting = step.name === 'AwaitingPromotion';
  if (step.name !== 'Stable' && step.name !== 'Retiring' && !isAwaiting) return no(step.name, waitingFor);
  if (active === undefined || (target !== active && !isAwaiting)) return no('Waiting', waitingFor);
  const slot = draft.activeSlot;
  const view = slot && draft.snapshot.slots[slot];
  if (!isWhole(view, active, draft.spec.replicas)) return no('PodsNotReady', waitingFor);
  if (isAwaiting) return yes(step.name, `${active} serves; ${waitingFor}`);
  return yes('Serving', `${active} serves`);
};

const configState = (draft: Draft): Verdict => {
  const { missing, missingReason = 'ConfigMapMissing', revision, heldBack = [] } = draft.snapshot.desired;
  if (revision === undefined) return no(missingReason, missing.join('; '));
  if (heldBack.length > 0) return no('HeldBack', heldBack.join('; '));
  if (draft.status.active === revision) return yes('Current', 'the active revision has the present config');
  return no('NotCurrent', `${revision} with the present config does not serve`);
};

/** Fill in everything of status that follows from the rest: conditions and the scale subresource's fields. */
export const report = (draft: Draft): void => {
  const { status, snapshot } = draft;
  // Whoever reads only the step is told as well.
  if (draft.problem) draft.waitFor(draft.problem.message);
  const observedGeneration = snapshot.bluegreen.generation;
  status.observedGeneration = observedGeneration;
  const ready = readiness(draft);
  const isDone = ready.status === 'True';
  const { problem } = draft;
  const verdicts: Record<ConditionType, Verdict> = {
    Ready: ready,
    Reconciling: isDone || problem ? no(ready.reason, ready.message) : yes(ready.reason, ready.message),
    Stalled: problem ? yes(problem.reason, problem.message) : no('Progressing', ''),
    Progressing: problem
      ? no(problem.reason, problem.message)
      : yes(ready.reason === 'Serving' ? 'Complete' : ready.reason, ready.message),
    Paused: draft.spec.paused ? yes('Paused', 'spec.paused is true') : no('NotPaused', ''),
    ConfigSynced: configState(draft),
  };
  const lastTransitionTime = toTime(draft.now);
  for (const type of ['Ready', 'Reconciling', 'Stalled', 'Progressing', 'Paused', 'ConfigSynced'] as const) {
    const next: Condition = { type, ...verdicts[type], lastTransitionTime, observedGeneration };
    status.conditions = withCondition(status.conditions, next);
  }
  const slot = draft.activeSlot;
  const selected = status.active ?? status.release?.revision;
  status.replicas = (slot && snapshot.slots[slot]?.total) ?? 0;
  status.selector = selected === undefined ? '' : `${LABEL_BLUEGREEN}=${draft.name},${LABEL_REVISION}=${selected}`;
};
