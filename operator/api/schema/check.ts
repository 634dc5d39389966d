import type {
  Check,
  CheckKind,
  CheckPhase,
  CheckStage,
  CheckStatus,
  ChecksStatus,
  HttpCheck,
  HttpHeader,
  JobCheck,
  PrometheusCheck,
} from '../checks.ts';
import { MAX_ANSWER_LENGTH } from '../checks.ts';
import { GROUP } from '../names.ts';
import type { Schema } from './structural.ts';
import { integer, intOrString, listOf, mapOf, object, oneOf, openObject, text, time } from './structural.ts';

/** Checks of one stage; more belong into one Job. The bounds of this file also let the API server estimate its rules. */
const MAX_CHECKS = 16;
const DAY_SECONDS = 86_400;
const MAX_COUNT = 1000;

const header = object<HttpHeader>(
  {
    name: text({
      maxLength: 128,
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^[-!#$%&\\'*+.^_`|~0-9A-Za-z]+$')",
          message: 'must be the name of a header: letters, digits and -, for example X-Request-Id',
        },
      ],
    }),
    value: text({
      maxLength: 1024,
      'x-kubernetes-validations': [
        { rule: "!self.contains('\\n') && !self.contains('\\r')", message: 'must be one line: remove the line breaks' },
      ],
    }),
  },
  { required: ['name', 'value'] },
);

const expectation = object<HttpCheck['expect']>(
  {
    statuses: listOf(
      text({
        maxLength: 3,
        'x-kubernetes-validations': [
          {
            rule: "self.matches('^[1-5]([0-9][0-9]|xx)$')",
            message: "must be a status code as text, or a class of them: write '200' or '2xx'",
          },
        ],
      }),
      {
        description: "Status codes that pass: '200', or a class such as '2xx'.",
        default: ['2xx'],
        maxItems: 8,
        'x-kubernetes-list-type': 'set',
      },
    ),
    bodyMatches: text({
      description: 'A regular expression that the body must match somewhere; of the body the first 64 KiB are read.',
      minLength: 1,
      maxLength: 256,
    }),
  },
  { description: 'The answer that passes.', default: {} },
);

const http = object<HttpCheck>(
  {
    path: text({
      description: 'Path and query of the request.',
      maxLength: 1024,
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^/[!-~]*$')",
          message: 'must start with / and have no spaces: write for example /ready, with %20 for a space',
        },
      ],
    }),
    port: intOrString({
      description: 'Number or name of a container port. Left out: the port named http, else the first.',
      maxLength: 15,
      'x-kubernetes-validations': [
        {
          rule: "type(self) == int ? self >= 1 && self <= 65535 : self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
          message: 'must be the name of a container port, or a number from 1 to 65535 without quotes',
        },
      ],
    }),
    scheme: oneOf<HttpCheck['scheme']>(
      { HTTP: true, HTTPS: true },
      { description: "HTTPS: the pods' certificates are not verified, as in probes.", default: 'HTTP' },
    ),
    method: oneOf(
      { GET: true, HEAD: true, POST: true, PUT: true, PATCH: true, DELETE: true, OPTIONS: true },
      { default: 'GET' },
    ),
    headers: listOf(header, { default: [], maxItems: 16, 'x-kubernetes-list-type': 'atomic' }),
    body: text({ maxLength: 4096 }),
    expect: expectation,
  },
  {
    description: "A request to every pod of the release, by the pod's address; one pod that answers badly fails it.",
    required: ['path'],
    'x-kubernetes-validations': [
      {
        rule: "!has(self.body) || !(self.method in ['GET', 'HEAD'])",
        message: 'goes not with GET or HEAD: write method: POST, or leave body out',
        fieldPath: '.body',
      },
      {
        rule: "!has(self.expect.bodyMatches) || self.method != 'HEAD'",
        message: 'goes not with HEAD, whose answer has no body: write method: GET, or leave bodyMatches out',
        fieldPath: '.expect.bodyMatches',
      },
    ],
  },
);

const podMetadata: Schema = openObject(
  { labels: mapOf(text({ maxLength: 63 }), { maxProperties: 16 }) },
  {
    'x-kubernetes-validations': [
      {
        rule: `!has(self.labels) || !self.labels.exists(key, key.startsWith('${GROUP}/'))`,
        message: `must not set a label that starts with ${GROUP}/: the Services would take the pod for one of the release; leave it out`,
        fieldPath: '.labels',
      },
    ],
  },
);

const job = object<JobCheck>(
  {
    template: {
      type: 'object',
      description:
        'As spec.jobTemplate of a CronJob. Relevo sets restartPolicy Never and backoffLimit 0 if they are left out.',
      required: ['spec'],
      properties: {
        metadata: openObject({}, { description: 'Labels and annotations of the Job.' }),
        spec: openObject(
          {
            template: openObject({ metadata: podMetadata, spec: openObject() }, { required: ['spec'] }),
            ttlSecondsAfterFinished: { type: 'integer', format: 'int32' },
          },
          {
            description: 'As spec of a Job.',
            required: ['template'],
            'x-kubernetes-validations': [
              {
                rule: '!has(self.ttlSecondsAfterFinished)',
                message: 'must not be set: Relevo deletes the Job when the release has ended; leave it out',
                fieldPath: '.ttlSecondsAfterFinished',
              },
            ],
          },
        ),
      },
    },
  },
  {
    description:
      'A Job that must complete; its containers know the release by RELEVO_BLUEGREEN, RELEVO_REVISION, RELEVO_SLOT and RELEVO_STAGE.',
    required: ['template'],
  },
);

const prometheus = object<PrometheusCheck>(
  {
    address: text({
      description: 'Where Prometheus answers, for example http://prometheus.monitoring:9090.',
      maxLength: 512,
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^https?://[^/?#@ ]+(/[^?#@ ]*)?$')",
          message:
            'must be an address without user, query and /api/v1: write for example http://prometheus.monitoring:9090',
        },
      ],
    }),
    query: text({
      description:
        'An instant query in PromQL. $(name), $(namespace), $(slot) and $(revision) are filled in, for example pod=~"$(name)-$(slot)-.+".',
      minLength: 1,
      maxLength: 4096,
    }),
    condition: text({
      description: 'What must hold for every series of the answer, for example value < 0.01. No data never passes.',
      maxLength: 64,
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^ *value *(<|<=|>|>=|==|!=) *[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)? *$')",
          message: 'must compare value with a number by <, <=, >, >=, == or !=: write for example value < 0.01',
        },
      ],
    }),
  },
  { description: 'A query whose answer must hold a condition.', required: ['address', 'query', 'condition'] },
);

const check: Schema = object<Check>(
  {
    name: text({
      maxLength: 40,
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
          message: 'must have lower-case letters, digits and - only, for example error-rate',
        },
      ],
    }),
    count: integer(1, MAX_COUNT, { description: 'Measurements that must pass.', default: 1 }),
    intervalSeconds: integer(1, DAY_SECONDS, {
      description: 'Seconds from the end of one measurement to the next.',
      default: 10,
    }),
    timeoutSeconds: integer(1, DAY_SECONDS, {
      description: 'How long one measurement may take. Left out: 10, and 600 for a Job.',
    }),
    failuresAllowed: integer(0, MAX_COUNT, {
      description: 'Measurements that may fail before the check has failed.',
      default: 0,
    }),
    inconclusiveAllowed: integer(0, MAX_COUNT, {
      description: 'Measurements that may say nothing, for example without data, before the check has failed.',
      default: 5,
    }),
    http,
    job,
    prometheus,
  },
  {
    required: ['name'],
    'x-kubernetes-validations': [
      {
        rule: '[has(self.http), has(self.job), has(self.prometheus)].filter(is, is).size() == 1',
        message: 'must have exactly one of http, job and prometheus: write one of them, and a second check for another',
      },
    ],
  },
);

/** A list of checks; `description` says when they run. */
export const checkListSchema = (description: string): Schema =>
  listOf(check, {
    description,
    default: [],
    maxItems: MAX_CHECKS,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  });

const count = (description: string): Schema => ({ type: 'integer', format: 'int32', description });

const result = object<CheckStatus>(
  {
    name: text(),
    kind: oneOf<CheckKind>({ http: true, job: true, prometheus: true }),
    phase: oneOf<CheckPhase>({ Pending: true, Running: true, Passed: true, Failed: true }),
    passed: count('Measurements that passed.'),
    failed: count('Measurements that failed.'),
    inconclusive: count('Measurements that said nothing.'),
    last: text({ description: 'The last answer.', maxLength: MAX_ANSWER_LENGTH }),
    lastAt: time({ description: 'When the last measurement ended.' }),
  },
  { required: ['name', 'kind', 'phase', 'passed', 'failed', 'inconclusive'] },
);

/** `status.checks`. */
export const checksStatusSchema: Schema = object<ChecksStatus>(
  {
    stage: oneOf<CheckStage>({ Before: true, After: true }),
    revision: text({ description: 'The release that is checked.' }),
    run: text({ description: 'Distinct for each run of a release.' }),
    results: listOf(result, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
  },
  {
    description: 'How the checks stand. Kept after a release until the next one begins its own.',
    required: ['stage', 'revision', 'run', 'results'],
  },
);
