import type { V1ContainerPort, V1Pod } from '@kubernetes/client-node';

/** One pod that is asked. */
export interface PodTarget {
  name: string;
  address: string;
  port: number;
}

/** The pods of a slot, sorted by whether they can be asked. */
export interface PodTargets {
  targets: PodTarget[];
  /** Names of pods that are not ready. */
  unready: string[];
  /** Names of pods that have no such port. */
  without: string[];
}

/** Where to ask each pod of a slot. Pods that end are left out: they no longer belong to it. */
export const targetsOf = (pods: readonly V1Pod[], port: number | string | undefined): PodTargets => {
  const found: PodTargets = { targets: [], unready: [], without: [] };
  for (const pod of pods.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))) {
    if (isEnding(pod)) continue;
    const address = pod.status?.podIP;
    const number = portOf(pod, port);
    if (!isReady(pod) || address === undefined) found.unready.push(nameOf(pod));
    else if (number === undefined) found.without.push(nameOf(pod));
    else found.targets.push({ name: nameOf(pod), address, port: number });
  }
  return found;
};

const nameOf = ({ metadata }: V1Pod): string => metadata?.name ?? '';

const isEnding = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp !== undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed';

const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

const portOf = (pod: V1Pod, port: number | string | undefined): number | undefined => {
  if (typeof port === 'number') return port;
  const ports = portsOf(pod);
  if (port !== undefined) return ports.find(({ name }) => name === port)?.containerPort;
  return (ports.find(({ name }) => name === 'http') ?? ports[0])?.containerPort;
};

/** Of the containers, and of the init containers that go on beside them (sidecars). */
const portsOf = ({ spec }: V1Pod): V1ContainerPort[] => {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(spec?.containers ?? []), ...sidecars].flatMap(({ ports }) => ports ?? []);
};
