import type { PodCause } from './pod-cause.ts';
import { eventLike, saying } from './pod-evidence.ts';

/** It has a node, and its containers are still being made. */
export const creating: PodCause = (evidence) => {
  const { name, namespace } = evidence;
  const failed = eventLike(
    evidence,
    /^(?:FailedMount|FailedAttachVolume|FailedCreatePodSandBox|NetworkNotReady|FailedCreatePodContainer): /u,
  );
  const other = evidence.containers.find(({ state }) => state?.waiting?.reason === 'CreateContainerError');
  if (failed === undefined && other === undefined) {
    return {
      cause: 'Starting',
      isMoving: true,
      key: 'starting',
      what: 'its containers are being made',
      seen: [],
      next: [`If it lasts: kubectl describe pod ${name} -n ${namespace}`],
    };
  }
  return {
    cause: /Mount|Volume/u.test(failed?.reason ?? '') ? 'VolumeNotMounted' : 'CannotBeMade',
    key: failed?.message ?? 'container',
    what: /Mount|Volume/u.test(failed?.reason ?? '')
      ? 'a volume of it cannot be mounted'
      : 'its node cannot make its containers',
    seen: failed === undefined ? [other?.state?.waiting?.message ?? ''] : saying(failed),
    next: [`See the whole of it: kubectl describe pod ${name} -n ${namespace}`],
  };
};
