import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import type { PodContent } from './pod-content.ts';

/** What a container does, by the image's name: `ready:v1` starts and serves, and so on. */
export const BEHAVIOURS = ['ready', 'never-ready', 'crash', 'no-image'] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** On a pod: milliseconds from its start until it is ready. */
export const ANNOTATION_READY_AFTER = 'stand-in/ready-after-ms';

/** The behaviour that the first container's variable BEHAVIOUR asks for, or else its image. */
export const behaviourOf = (pod: V1Pod, content: PodContent): Behaviour => {
  const { name: container = '', image = '' } = pod.spec?.containers[0] ?? {};
  const name = content[`${container}.env.BEHAVIOUR`] ?? image.split(':')[0];
  const found = BEHAVIOURS.find((behaviour) => behaviour === name);
  if (found === undefined) throw new TypeError(`Expected an image ${BEHAVIOURS.join(':…, ')}:…, found ${image}`);
  return found;
};

/** A pod's state as the kubelet would report it. */
export type PodState =
  { kind: 'running'; ready: boolean } | { kind: 'waiting'; reason: string; message: string; exitCode?: number };

/** What a pod comes to when it has started. */
export const STATES: Readonly<Record<Behaviour, PodState>> = {
  ready: { kind: 'running', ready: true },
  'never-ready': { kind: 'running', ready: false },
  crash: {
    kind: 'waiting',
    reason: 'CrashLoopBackOff',
    message: 'back-off restarting failed container',
    exitCode: 1,
  },
  'no-image': { kind: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image' },
};

const containerStatus = (name: string, image: string, state: PodState, now: string): V1ContainerStatus => {
  const base = { name, image, imageID: `stand-in/${image}`, restartCount: 0 };
  if (state.kind === 'running') {
    return { ...base, ready: state.ready, started: true, state: { running: { startedAt: new Date(now) } } };
  }
  const { reason, message, exitCode } = state;
  const waiting = { ...base, ready: false, started: false, state: { waiting: { reason, message } } };
  if (exitCode === undefined) return waiting;
  const finishedAt = new Date(now);
  return { ...waiting, restartCount: 3, lastState: { terminated: { exitCode, reason: 'Error', finishedAt } } };
};

/** The status of a pod in that state. */
export const podStatus = (pod: V1Pod, state: PodState, ip: string, now: string): V1PodStatus => {
  const isReady = state.kind === 'running' && state.ready;
  const condition = (type: string, is: boolean) => ({
    type,
    status: is ? 'True' : 'False',
    lastTransitionTime: new Date(now),
  });
  return {
    phase: state.kind === 'running' ? 'Running' : 'Pending',
    podIP: ip,
    podIPs: [{ ip }],
    startTime: new Date(now),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: (pod.spec?.containers ?? []).map(({ name, image = '' }) =>
      containerStatus(name, image, state, now),
    ),
  };
};
