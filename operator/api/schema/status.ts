import type {
  BlueGreenStatus,
  HistoryEntry,
  Outcome,
  ReleaseStatus,
  Retried,
  SlotStatus,
  Step,
  StepName,
} from '../bluegreen.ts';
import type { Condition, ConditionType } from '../conditions.ts';
import type { Slot } from '../names.ts';
import { checksStatusSchema } from './check.ts';
import type { Schema } from './structural.ts';
import { listOf, mapOf, object, oneOf, text, time } from './structural.ts';

const count = (description: string): Schema => ({ type: 'integer', format: 'int32', description });

const slot = (): Schema =>
  object<SlotStatus>(
    {
      revision: text(),
      replicas: count('Pods asked for.'),
      ready: count('Pods ready.'),
      claim: text({ description: 'The last switch that chose this slot.' }),
    },
    { required: ['revision', 'replicas', 'ready'] },
  );

const step = object<Step>(
  {
    name: oneOf<StepName>({
      Stable: true,
      Waiting: true,
      Filling: true,
      Soaking: true,
      Checking: true,
      AwaitingPromotion: true,
      Scaling: true,
      Overlapping: true,
      Switching: true,
      Verifying: true,
      Abandoning: true,
      Retiring: true,
    }),
    since: time(),
    deadline: time({ description: 'When the step ends by itself, or counts as stalled.' }),
    pausedAt: time({ description: 'Since when it has been paused.' }),
    remainingSeconds: { type: 'number', description: 'While paused: how much of the deadline is left.' },
    waitingFor: text({ description: 'Why it is not moving, in one sentence.' }),
  },
  { description: 'Where the release stands.', required: ['name', 'since'] },
);

const durations = mapOf({ type: 'number' }, { description: 'Seconds spent in each step.' });

const traceId = text({ description: 'Where its trace is found, when traces are exported.' });

const release = object<ReleaseStatus>(
  {
    revision: text(),
    startedAt: time(),
    rollback: { type: 'boolean', description: 'The release is a way back.' },
    steps: durations,
    traceId,
  },
  { description: 'The release that is under way.', required: ['revision', 'startedAt'] },
);

const historyEntry = object<HistoryEntry>(
  {
    revision: text(),
    outcome: oneOf<Outcome>({ Promoted: true, Aborted: true, Superseded: true, Failed: true, RolledBack: true }),
    reason: text(),
    message: text(),
    startedAt: time(),
    endedAt: time(),
    steps: durations,
    traceId,
  },
  { required: ['revision', 'outcome', 'reason', 'message', 'startedAt', 'endedAt'] },
);

/** A condition of any of Relevo's resources. */
export const condition = object<Condition>(
  {
    type: oneOf<ConditionType>({
      Ready: true,
      Reconciling: true,
      Stalled: true,
      Progressing: true,
      Paused: true,
      ConfigSynced: true,
    }),
    status: oneOf<Condition['status']>({ True: true, False: true, Unknown: true }),
    reason: text(),
    message: text(),
    lastTransitionTime: time(),
    observedGeneration: { type: 'integer', format: 'int64' },
  },
  { required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'] },
);

/**
 * `status` of a BlueGreen. Before the operator has seen an object its status is `{ observedGeneration: -1 }`, so that
 * kstatus (and with it `helm --wait` and GitOps tools) does not take a new object for a finished one. Therefore nothing
 * else is required.
 */
export const statusSchema: Schema = object<BlueGreenStatus>(
  {
    observedGeneration: { type: 'integer', format: 'int64', default: -1, description: 'The spec that this is about.' },
    active: text({ description: 'The revision that serves.' }),
    target: text({ description: 'The revision that the spec, with its decision, asks for.' }),
    slots: object<Record<Slot, SlotStatus>>({ blue: slot(), green: slot() }, { description: 'What each slot holds.' }),
    step,
    release,
    rejected: text({ description: 'The revision that was given up; not tried again until the spec changes.' }),
    retried: object<Retried>(
      { revision: text(), requestedAt: time() },
      { description: 'The decision Retry that was carried out.', required: ['revision'] },
    ),
    checks: checksStatusSchema,
    conditions: listOf(condition, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
    history: listOf(historyEntry, {
      description: 'How the last releases ended, newest first.',
      'x-kubernetes-list-type': 'atomic',
    }),
    replicas: count('Of the scale subresource: pods of the active slot.'),
    selector: text({ description: "Of the scale subresource: the active pods' label selector." }),
  },
  { default: { observedGeneration: -1 } },
);
