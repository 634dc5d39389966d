import { since } from '../../output/duration.ts';
import type { PodCause } from './pod-cause.ts';
import { eventLike, saying } from './pod-evidence.ts';

/** It runs and is not ready: its probe fails, or it is still starting. */
export const notReady: PodCause = (evidence, now) => {
  const { pod, namespace, name } = evidence;
  const found = evidence.containers.find(({ state, ready }) => state?.running !== undefined && !ready);
  if (found === undefined) return gated(evidence.pod);
  const log = `Read its log: kubectl logs ${name} -n ${namespace} -c ${found.name}`;
  const isStarting = found.started !== true;
  const probe = eventLike(
    evidence,
    isStarting ? /^Unhealthy: Startup probe failed/u : /^Unhealthy: Readiness probe failed/u,
  );
  const age = since(found.state?.running?.startedAt, now);
  if (probe !== undefined && !isStarting) {
    return {
      cause: 'FailingReadinessProbe',
      key: `${found.name} readiness`,
      what: `container ${found.name} has been running for ${age} and its readiness probe fails`,
      seen: saying(probe),
      next: ['See what the probe asks, and whether path, port and timeout are right', log],
    };
  }
  const spec = pod.spec?.containers.find((one) => one.name === found.name);
  return {
    cause: 'SlowStart',
    isMoving: true,
    key: `${found.name} start`,
    what: `container ${found.name} has been running for ${age} and is not ready yet`,
    seen: saying(probe),
    next: [
      spec?.readinessProbe === undefined && spec?.startupProbe === undefined
        ? 'It has no probe: look whether the kubelet of its node answers'
        : 'It is given time until spec.progressDeadlineSeconds; then the release counts as stalled, and goes on when the pods are ready',
      log,
    ],
  };
};

/** Every container is ready and the pod is not: a readiness gate of somebody else. */
const gated = (pod: Parameters<PodCause>[0]['pod']): ReturnType<PodCause> => {
  const open = (pod.spec?.readinessGates ?? []).filter(({ conditionType }) =>
    (pod.status?.conditions ?? []).every(({ type, status }) => type !== conditionType || status !== 'True'),
  );
  if (open.length === 0) return undefined;
  const names = open.map(({ conditionType }) => conditionType).join(', ');
  return {
    cause: 'ReadinessGate',
    key: names,
    what: `its readiness gate ${names} is not open`,
    seen: [],
    next: ['Look at the controller that opens it (a load balancer, usually)'],
  };
};
