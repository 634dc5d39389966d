import type {
  ConfigRolloutStatus,
  Grant,
  RolloutFailure,
  RolloutHistoryEntry,
  RolloutOutcome,
  RolloutStep,
  RolloutStepName,
  Wave,
} from '../configrollout.ts';
import { condition } from './status.ts';
import type { Schema } from './structural.ts';
import { listOf, object, oneOf, text, time } from './structural.ts';

const count = (description: string): Schema => ({ type: 'integer', format: 'int32', description });

const consumers = (description: string): Schema => listOf(text(), { description, 'x-kubernetes-list-type': 'atomic' });

const grant = object<Grant>(
  { version: text(), consumers: consumers('Those that may use this version.') },
  { required: ['version', 'consumers'] },
);

const wave = object<Wave>(
  {
    number: count('Within the rollout; the first is 1.'),
    startedAt: time(),
    consumers: consumers('Those that were given a version together.'),
  },
  {
    description: 'The present wave; the next one begins when all of it has been seen healthy.',
    required: ['number', 'startedAt', 'consumers'],
  },
);

const failure = object<RolloutFailure>(
  { version: text(), consumer: text(), message: text(), at: time() },
  {
    description: 'The consumer that could not be brought to the target.',
    required: ['version', 'consumer', 'message', 'at'],
  },
);

const step = object<RolloutStep>(
  {
    name: oneOf<RolloutStepName>({ Stable: true, Rolling: true, Soaking: true, Failed: true, Reverting: true }),
    since: time(),
    deadline: time({ description: 'When the step ends by itself.' }),
    waitingFor: text({ description: 'Why it is not moving, in one sentence.' }),
  },
  { description: 'Where the rollout stands.', required: ['name', 'since'] },
);

const historyEntry = object<RolloutHistoryEntry>(
  {
    version: text(),
    outcome: oneOf<RolloutOutcome>({ Completed: true, Superseded: true, Reverted: true }),
    message: text(),
    startedAt: time(),
    endedAt: time(),
    waves: count('How many waves it took.'),
  },
  { required: ['version', 'outcome', 'message', 'startedAt', 'endedAt', 'waves'] },
);

/** `status` of a ConfigRollout; see statusSchema for why little is required. */
export const rolloutStatusSchema: Schema = object<ConfigRolloutStatus>(
  {
    observedGeneration: { type: 'integer', format: 'int64', default: -1, description: 'The spec that this is about.' },
    current: text({ description: 'The version that all had when the last rollout ended; a new consumer gets it.' }),
    target: text({ description: 'The version that all are being brought to.' }),
    rejected: text({
      description:
        'The version that failed, or was taken back; not tried again until the source or a decision changes.',
    }),
    granted: listOf(grant, {
      description: 'Which version each consumer may use. It is on record here before the consumer acts.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['version'],
    }),
    wave,
    startedAt: time({ description: 'When the present rollout began.' }),
    failure,
    retried: object<NonNullable<ConfigRolloutStatus['retried']>>(
      { version: text(), requestedAt: time() },
      { description: 'The decision Retry that was carried out.', required: ['version'] },
    ),
    step,
    consumers: object<ConfigRolloutStatus['consumers']>(
      {
        total: count('All of them.'),
        updated: count('Those that were given the target.'),
        atWork: count('Those whose version does not serve healthily yet.'),
      },
      { required: ['total', 'updated', 'atWork'] },
    ),
    conditions: listOf(condition, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
    history: listOf(historyEntry, {
      description: 'How the last rollouts ended, newest first.',
      'x-kubernetes-list-type': 'atomic',
    }),
  },
  { default: { observedGeneration: -1 } },
);
