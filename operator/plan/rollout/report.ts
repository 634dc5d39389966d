import { type Condition, withCondition } from '../../api/conditions.ts';
import { toTime } from '../time.ts';
import type { RolloutDraft } from './draft.ts';

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

const yes = (reason: string, message: string): Verdict => ({ status: 'True', reason, message });
const no = (reason: string, message: string): Verdict => ({ status: 'False', reason, message });

/** What was rejected stays so until somebody acts, however well everything runs without it. */
const sayRejected = (draft: RolloutDraft): void => {
  const { rejected, failure, current, step } = draft.status;
  if (rejected === undefined || step.name !== 'Stable') return;
  const why = failure === undefined ? 'by spec.decision' : `${failure.consumer}: ${failure.message}`;
  draft.problem ??= {
    reason: 'Rejected',
    message: `version ${rejected} was taken back (${why}); all have ${current ?? 'none'} until the source changes or a decision says Retry`,
  };
};

const readiness = (draft: RolloutDraft): Verdict => {
  const { step, current, target } = draft.status;
  if (draft.problem) return no(draft.problem.reason, draft.problem.message);
  const waitingFor = step.waitingFor === undefined ? '' : `waiting for ${step.waitingFor}`;
  if (step.name !== 'Stable' || current !== target || step.waitingFor !== undefined || draft.remaining.length > 0) {
    return no(step.name === 'Stable' ? 'Waiting' : step.name, waitingFor);
  }
  return yes('Current', `all ${draft.snapshot.consumers.length} consumers have version ${current ?? ''}`);
};

/** Fill in everything of status that follows from the rest. */
export const reportRollout = (draft: RolloutDraft): void => {
  const { status, snapshot } = draft;
  const observedGeneration = snapshot.rollout.generation;
  status.observedGeneration = observedGeneration;
  status.consumers = {
    total: snapshot.consumers.length,
    updated: snapshot.consumers.length - draft.remaining.length,
    atWork: draft.atWork.length,
  };
  sayRejected(draft);
  const ready = readiness(draft);
  const { problem } = draft;
  const isDone = ready.status === 'True';
  const verdicts = {
    Ready: ready,
    Reconciling: isDone || problem ? no(ready.reason, ready.message) : yes(ready.reason, ready.message),
    Stalled: problem ? yes(problem.reason, problem.message) : no('Progressing', ''),
    Paused: draft.spec.paused ? yes('Paused', 'spec.paused is true') : no('NotPaused', ''),
  };
  const lastTransitionTime = toTime(draft.now);
  for (const type of ['Ready', 'Reconciling', 'Stalled', 'Paused'] as const) {
    const next: Condition = { type, ...verdicts[type], lastTransitionTime, observedGeneration };
    status.conditions = withCondition(status.conditions, next);
  }
};
