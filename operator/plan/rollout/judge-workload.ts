import { UNPINNED } from '../../api/version.ts';
import type { ConsumerState } from './types.ts';

/** A Deployment or a StatefulSet, as far as a rollout looks at it. */
export interface WorkloadView {
  /** Versions of the shared ConfigMap that its template names; UNPINNED where it names the ConfigMap itself. */
  versions: readonly string[];
  /** Its controller has seen the newest spec. */
  observed: boolean;
  paused: boolean;
  /** Pods asked for; those of the newest template; those ready; all. */
  replicas: number;
  updated: number;
  ready: number;
  total: number;
  /** Why its own controller says that it does not get on. */
  failure?: string | undefined;
}

const working = (message: string, limited = true): ConsumerState => ({ kind: 'working', message, limited });

/** How a workload is with its version: by what its template names, and by its own status. */
export const judgeWorkload = (workload: WorkloadView, version: string): ConsumerState => {
  const { versions, observed, paused, replicas, updated, ready, total, failure } = workload;
  const isPinned = versions.length > 0 && versions.every((one) => one === version);
  if (version !== UNPINNED && !isPinned) return working('its template to name the copy');
  if (!observed) return working('its controller');
  if (updated >= replicas && ready >= replicas && total <= replicas) return { kind: 'healthy' };
  if (paused) return working('its spec.paused to be false', false);
  if (failure !== undefined) return { kind: 'failed', message: failure };
  return working(`${updated} of ${replicas} pods updated, ${ready} ready`);
};
