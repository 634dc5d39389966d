import { createHash } from 'node:crypto';
import type {
  V1Container,
  V1Job,
  V1JobSpec,
  V1OwnerReference,
  V1PodSpec,
  V1PodTemplateSpec,
} from '@kubernetes/client-node';
import { ANNOTATION_MEASUREMENT, API_VERSION, LABEL_BLUEGREEN, LABEL_CHECK, LABEL_REVISION } from '../api/names.ts';
import type { JobCheck } from '../api/checks.ts';
import type { Subject } from './subject.ts';

const MAX_BLUEGREEN_LENGTH = 30;
const MAX_CHECK_LENGTH = 20;
const HASH_LENGTH = 10;

/** The Job's name: always the same for a measurement, so that a restarted operator finds it, and never 64 characters. */
export const jobName = (check: string, { bluegreen, uid, id }: Subject): string => {
  const hash = createHash('sha256').update(`${uid}/${id}`).digest('hex').slice(0, HASH_LENGTH);
  return `${bluegreen.slice(0, MAX_BLUEGREEN_LENGTH)}-${check.slice(0, MAX_CHECK_LENGTH)}-${hash}`;
};

/** What one measurement's Job is made from. */
export interface JobContent {
  check: string;
  template: JobCheck['template'];
  /** How long it may run. */
  seconds: number;
}

/**
 * The Job of one measurement. Its pods carry no label of Relevo: a Service would take them for pods of the release. It
 * is not deleted by a time to live, because a restarted operator would run a missing one again.
 */
export const checkJob = ({ check, template, seconds }: JobContent, subject: Subject): V1Job => {
  const { metadata } = template;
  const { ttlSecondsAfterFinished: _, ...spec }: Plain<V1JobSpec> = template.spec;
  const pod: Plain<V1PodTemplateSpec> = spec.template;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(check, subject),
      namespace: subject.namespace,
      labels: {
        ...metadata?.labels,
        [LABEL_BLUEGREEN]: subject.bluegreen,
        [LABEL_REVISION]: subject.revision,
        [LABEL_CHECK]: check,
      },
      annotations: { ...metadata?.annotations, [ANNOTATION_MEASUREMENT]: subject.id },
      ownerReferences: [ownerOf(subject)],
    },
    spec: {
      // Whether to measure again is said by the check's own fields.
      backoffLimit: 0,
      ...spec,
      activeDeadlineSeconds: Math.min(spec.activeDeadlineSeconds ?? seconds, seconds),
      template: { ...pod, ...(pod.spec === undefined ? {} : { spec: podSpec(pod.spec, subject) }) },
    },
  };
};

/** Whether a Job was made for this BlueGreen, not only under the same name. */
export const isJobOf = ({ metadata }: V1Job, { uid, id }: Subject): boolean =>
  metadata?.annotations?.[ANNOTATION_MEASUREMENT] === id &&
  (metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false);

const ownerOf = ({ bluegreen, uid }: Subject): V1OwnerReference => ({
  apiVersion: API_VERSION,
  kind: 'BlueGreen',
  name: bluegreen,
  uid,
  controller: true,
});

const podSpec = (spec: Plain<V1PodSpec>, subject: Subject): V1PodSpec => {
  const { containers, initContainers } = spec;
  const told = (container: V1Container): V1Container => withEnvironment(container, subject);
  return {
    restartPolicy: 'Never',
    ...spec,
    ...(isList(containers) ? { containers: containers.map(told) } : {}),
    ...(isList(initContainers) ? { initContainers: initContainers.map(told) } : {}),
  };
};

/** So that the Job can tell which release it looks at. */
const withEnvironment = (container: Plain<V1Container>, subject: Subject): V1Container => {
  const { bluegreen, revision, slot, stage } = subject;
  const env = isList(container.env) ? container.env : [];
  const taken = new Set(env.map(({ name }) => name));
  const values = { BLUEGREEN: bluegreen, REVISION: revision, SLOT: slot, STAGE: stage };
  const added = Object.entries(values)
    .map(([name, value]) => ({ name: `RELEVO_${name}`, value }))
    .filter(({ name }) => !taken.has(name));
  // First, so that a variable of the container can be made from them.
  return { ...container, env: [...added, ...env] };
};

/** The library declares the API's types as classes; what the API server sends is plain data. */
type Plain<T> = { [K in keyof T]: T[K] };

/** The schema leaves a Job's template open; what is no list of objects is left for the API server to complain about. */
const isList = <T>(value: T[] | undefined): value is T[] =>
  Array.isArray(value) && value.every((item: unknown) => typeof item === 'object' && item !== null);
