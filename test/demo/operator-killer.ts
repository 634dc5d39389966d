import type { V1Lease, V1Pod, V1PodList } from '@kubernetes/client-node';
import { readdir, readFile } from 'node:fs/promises';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { isNotFound } from '../../operator/runtime/errors.ts';

/** The operator cannot be killed from here. */
export class KillError extends Error {
  readonly code = 'KILL';

  constructor(message: string) {
    super(message);
    this.name = 'KillError';
  }
}

/** Where the operator runs. */
export interface KillerOptions {
  client: ApiClient;
  namespace: string;
}

const LEASE = 'relevo-operator';
const SELECTOR = 'app.kubernetes.io/name=relevo-operator';

/** The processes on this machine whose control group is a container's. */
const processesOf = async (containerId: string): Promise<number[]> => {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end while it is looked at.
    const groups = await readFile(`/proc/${entry}/cgroup`, 'utf8').catch(() => '');
    if (groups.includes(containerId)) found.push(Number(entry));
  }
  return found;
};

const containerIdOf = (pod: V1Pod): string | undefined =>
  pod.status?.containerStatuses?.[0]?.containerID?.replace(/^[a-z]+:\/\//, '');

/** Who holds the operator's lease, if anybody does: its pod's name and something that no other process has. */
export const leaseHolder = async (
  { client, namespace }: KillerOptions,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${LEASE}`;
  const lease = await client.get<V1Lease>(path, { signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  });
  return lease?.spec?.holderIdentity || undefined;
};

/** The operator's pod that holds the lease, or any other while nobody holds it. */
const workingPod = async (options: KillerOptions, signal: AbortSignal): Promise<V1Pod | undefined> => {
  const { client, namespace } = options;
  const holder = (await leaseHolder(options, signal)) ?? '';
  const query = { labelSelector: SELECTOR };
  const pods = await client.get<V1PodList>(`/api/v1/namespaces/${namespace}/pods`, { signal, query });
  const running = pods.items.filter((pod) => pod.status?.phase === 'Running' && !pod.metadata?.deletionTimestamp);
  return running.find((pod) => holder.startsWith(pod.metadata?.name ?? '?')) ?? running[0];
};

/**
 * Kills the operator that works, by SIGKILL from outside: it cannot finish a write or give its lease back. Its pod is
 * then removed, or after some kills Kubernetes would wait for minutes before it starts the container again.
 */
export const killOperator = async (options: KillerOptions, signal: AbortSignal): Promise<string | undefined> => {
  const pod = await workingPod(options, signal);
  const name = pod?.metadata?.name;
  const containerId = pod && containerIdOf(pod);
  if (name === undefined || containerId === undefined) return undefined;
  const processes = await processesOf(containerId);
  if (processes.length === 0) {
    throw new KillError(
      `Expected the processes of Pod ${name} on this machine, found none: only the local cluster's can be killed`,
    );
  }
  for (const pid of processes) killIfThere(pid);
  const path = `/api/v1/namespaces/${options.namespace}/pods/${name}`;
  await options.client.delete(path, { signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  return name;
};

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};
