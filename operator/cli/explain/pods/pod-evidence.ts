import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { CoreEvent } from '../../read/core-event.ts';

/** A pod that is not ready, with what was said about it. */
export interface PodEvidence {
  pod: V1Pod;
  name: string;
  namespace: string;
  /** Newest first. */
  events: CoreEvent[];
  /** Its containers as the kubelet sees them, init containers first. */
  containers: V1ContainerStatus[];
}

export const podEvidence = (pod: V1Pod, events: readonly CoreEvent[]): PodEvidence => ({
  pod,
  name: pod.metadata?.name ?? '',
  namespace: pod.metadata?.namespace ?? '',
  events: events.filter(
    ({ involvedObject }) => involvedObject.kind === 'Pod' && involvedObject.name === pod.metadata?.name,
  ),
  containers: [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])],
});

/** The newest event whose message matches. */
export const eventLike = ({ events }: PodEvidence, pattern: RegExp): CoreEvent | undefined =>
  events.find(({ reason = '', message = '' }) => pattern.test(`${reason}: ${message}`));

/** What an event said, and how often. */
export const saying = (event: CoreEvent | undefined): string[] => {
  if (event === undefined) return [];
  const count = event.series?.count ?? event.count ?? 1;
  return [`${event.message?.replaceAll(/\s+/gu, ' ').trim()}${count > 1 ? ` (${count}×)` : ''}`];
};
