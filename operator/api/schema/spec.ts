import type { BlueGreenSpec, Decision, DecisionAction, PromotionMode, SecretsMode } from '../bluegreen.ts';
import { checkListSchema } from './check.ts';
import type { Schema } from './structural.ts';
import { integer, listOf, object, oneOf, openObject, text, time } from './structural.ts';
import { templateSchema } from './template.ts';

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const INT32_MAX = 2_147_483_647;

const serviceName = (description: string): Schema =>
  text({
    description,
    maxLength: 63,
    'x-kubernetes-validations': [
      {
        rule: "self.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message:
          'must be the name of a Service in the same namespace: lower-case letters, digits and -, starting with a letter',
      },
    ],
  });

const services = object<BlueGreenSpec['services']>(
  {
    active: serviceName('The Service that clients use. Relevo owns its selector; write it without one.'),
    preview: serviceName('A Service for the release that is being prepared. Relevo owns its selector.'),
  },
  {
    description: 'The Services that Relevo points at the releases.',
    required: ['active'],
    'x-kubernetes-validations': [
      {
        rule: '!has(self.preview) || self.preview != self.active',
        message: 'must differ from services.active: name a second Service, or leave services.preview out',
        fieldPath: '.preview',
      },
    ],
  },
);

const config = object<BlueGreenSpec['config']>(
  {
    secrets: oneOf<SecretsMode>(
      { Follow: true, Restart: true, Pin: true },
      {
        description:
          'Secrets that the template names. Follow: not part of a release. Restart: a change makes a release. Pin: copied like ConfigMaps.',
        default: 'Follow',
      },
    ),
    exclude: listOf(text({ minLength: 1, maxLength: 253 }), {
      description: 'ConfigMaps and Secrets that are not part of a release: used as they are, never copied.',
      default: [],
      maxItems: 64,
      'x-kubernetes-list-type': 'set',
    }),
    quietSeconds: integer(0, 60, {
      description:
        'A release waits until its ConfigMaps and Secrets have not changed for this long, so that edits made together go live together.',
      default: 1,
    }),
  },
  { description: 'How the ConfigMaps and Secrets that the template names become part of a release.', default: {} },
);

const preview = object<BlueGreenSpec['preview']>(
  {
    replicas: integer(1, INT32_MAX, { description: 'Pods before the promotion. Left out: as many as spec.replicas.' }),
  },
  { description: 'The size of a release before its promotion.', default: {} },
);

const promotion = object<BlueGreenSpec['promotion']>(
  {
    mode: oneOf<PromotionMode>(
      { Automatic: true, Manual: true },
      { description: 'Who promotes a prepared release: Relevo, or a decision.', default: 'Automatic' },
    ),
    soakSeconds: integer(0, WEEK_SECONDS, {
      description: 'How long a release must have been ready before it is promoted.',
      default: 0,
    }),
  },
  { description: 'When a prepared release goes live.', default: {} },
);

const checks = object<BlueGreenSpec['checks']>(
  {
    before: checkListSchema('Against the preview; a failure: never switched.'),
    after: object<BlueGreenSpec['checks']['after']>(
      {
        windowSeconds: integer(0, DAY_SECONDS, {
          description: 'How long after the switch a failed check takes the release back.',
          default: 60,
        }),
        checks: checkListSchema('Against the active Service; a failure: taken back.'),
      },
      { description: 'Checks after the switch.', default: {} },
    ),
  },
  { description: 'What a release must pass.', default: {} },
);

const switching = object<BlueGreenSpec['switch']>(
  {
    overlapSeconds: integer(0, 3600, {
      description:
        'For load balancers that leave a hole when all endpoints change at once: both releases serve this long.',
      default: 0,
    }),
    retireAfterSeconds: integer(0, WEEK_SECONDS, {
      description: 'How long the old release is kept whole after the switch, as an instant way back.',
      default: 30,
    }),
  },
  { description: 'How traffic moves.', default: {} },
);

const revision = (description: string): Schema => text({ description, minLength: 1, maxLength: 63 });

const decision = object<Decision>(
  {
    revision: revision('The release that is decided on. The decision ends by itself when the spec moves on.'),
    action: oneOf<DecisionAction>(
      { Promote: true, Abort: true, Retry: true, Rollback: true },
      { description: 'Rollback: where `revision` is asked for, run `to`. Abort: give the release up.' },
    ),
    to: revision('Only with Rollback: the release to run instead. Left out: the one that served before.'),
    requestedAt: time({ description: 'Only with Retry: tells one Retry of a release from the next.' }),
  },
  {
    description: 'What a person decides about one release.',
    required: ['revision', 'action'],
    'x-kubernetes-validations': [
      {
        rule: "!has(self.to) || self.action == 'Rollback'",
        message: 'goes only with action Rollback: leave decision.to out, or write action: Rollback',
        fieldPath: '.to',
      },
      {
        rule: '!has(self.to) || self.to != self.revision',
        message: 'must name another release than decision.revision: see status.history for those that can run',
        fieldPath: '.to',
      },
    ],
  },
);

/** `spec` of a BlueGreen, with its defaults. */
export const specSchema: Schema = object<BlueGreenSpec & { selector?: object }>(
  {
    replicas: integer(0, INT32_MAX, {
      description: 'Pods of the release that serves; the scale subresource. An HPA targets the BlueGreen.',
      default: 1,
    }),
    template: templateSchema,
    services,
    config,
    preview,
    promotion,
    checks,
    switch: switching,
    progressDeadlineSeconds: integer(1, WEEK_SECONDS, {
      description: 'A release that is not ready after this long counts as stalled. The one that serves goes on.',
      default: 600,
    }),
    revisionHistoryLimit: integer(2, 100, {
      description:
        'How many releases stay recorded, and can be run again; the one that serves and the one before at least.',
      default: 10,
    }),
    paused: {
      type: 'boolean',
      description: 'While true, no release starts or goes on, and no deadline runs.',
      default: false,
    },
    decision,
    selector: openObject(
      {},
      {
        description: 'Not allowed: Relevo selects its pods by labels of its own.',
        'x-kubernetes-validations': [
          {
            rule: 'false',
            message: 'must not be set: Relevo selects its pods by labels of its own; leave spec.selector out',
          },
        ],
      },
    ),
  },
  { required: ['template', 'services'] },
);
