import type { V1LabelSelector, V1LabelSelectorRequirement } from '@kubernetes/client-node';
import type { ConfigRolloutSpec, FailurePolicy, RolloutDecision, RolloutDecisionAction } from '../configrollout.ts';
import type { Schema } from './structural.ts';
import { integer, intOrString, listOf, mapOf, object, oneOf, text, time } from './structural.ts';

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;

const requirement = object<V1LabelSelectorRequirement>(
  {
    key: text({ minLength: 1, maxLength: 317 }),
    operator: oneOf<'In' | 'NotIn' | 'Exists' | 'DoesNotExist'>({
      In: true,
      NotIn: true,
      Exists: true,
      DoesNotExist: true,
    }),
    values: listOf(text({ maxLength: 63 }), { maxItems: 64, 'x-kubernetes-list-type': 'atomic' }),
  },
  {
    required: ['key', 'operator'],
    'x-kubernetes-validations': [
      {
        rule: "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
        message: 'must have values with In and NotIn, and none with Exists and DoesNotExist',
        fieldPath: '.values',
      },
    ],
  },
);

const selector = object<V1LabelSelector>(
  {
    matchLabels: mapOf(text({ maxLength: 63 }), { maxProperties: 64 }),
    matchExpressions: listOf(requirement, { maxItems: 64, 'x-kubernetes-list-type': 'atomic' }),
  },
  {
    description: 'Labels of BlueGreens. Of those that it selects, the ones that name the ConfigMap are consumers.',
    default: {},
  },
);

const source = object<ConfigRolloutSpec['source']>(
  {
    configMap: text({
      description: 'The ConfigMap that the consumers share, in the same namespace.',
      minLength: 1,
      maxLength: 253,
    }),
    quietSeconds: integer(0, 60, {
      description: 'A new version is rolled out when the ConfigMap has not changed for this long.',
      default: 1,
    }),
  },
  { description: 'What is rolled out.', required: ['configMap'] },
);

const waves = object<ConfigRolloutSpec['waves']>(
  {
    maxConcurrent: intOrString({
      description:
        'How many consumers may be at work at the same time: a number, or a share of all such as 20%, rounded down, and at least 1.',
      default: 1,
      'x-kubernetes-validations': [
        {
          rule: "type(self) == int ? self >= 1 : self.matches('^([1-9]|[1-9][0-9]|100)%$')",
          message: 'must be a number from 1, or a share from 1% to 100%, such as 20%',
        },
      ],
    }),
    soakSeconds: integer(0, WEEK_SECONDS, {
      description: 'How long the consumers of a wave must have been healthy before the next one starts.',
      default: 0,
    }),
  },
  { description: 'How many consumers get a new version at once.', default: {} },
);

const decision = object<RolloutDecision>(
  {
    version: text({ description: 'The version that is decided about, as in status.target.', maxLength: 63 }),
    action: oneOf<RolloutDecisionAction>(
      { Retry: true, Revert: true },
      { description: 'Retry: try it once more after a failure. Revert: take it back from everybody.' },
    ),
    requestedAt: time({ description: 'With Retry: distinguishes one from the next.' }),
  },
  { description: 'What a person has decided about one version.', required: ['version', 'action'] },
);

/** `spec` of a ConfigRollout, with its defaults. */
export const rolloutSpecSchema: Schema = object<ConfigRolloutSpec>(
  {
    source,
    consumers: object<ConfigRolloutSpec['consumers']>(
      { selector },
      {
        description:
          'Who gets it: BlueGreens by their labels, and Deployments and StatefulSets by the annotation relevo.dev/config-rollout.',
        default: {},
      },
    ),
    waves,
    onFailure: oneOf<FailurePolicy>(
      { Pause: true, RevertAll: true },
      {
        description: 'When a consumer fails. Pause: nobody else gets the version. RevertAll: everybody gives it back.',
        default: 'Pause',
      },
    ),
    progressDeadlineSeconds: integer(1, WEEK_SECONDS, {
      description: 'A consumer without a deadline of its own that is not healthy after this long has failed.',
      default: 600,
    }),
    paused: {
      type: 'boolean',
      description: 'While true, no wave starts. A wave that is at work goes on.',
      default: false,
    },
    decision,
  },
  { required: ['source'] },
);
