import { consumerId, grantedVersion } from '../../api/grants.ts';
import { UNPINNED, versionOfCopy } from '../../api/version.ts';
import { judgeWorkload } from '../../plan/rollout/judge-workload.ts';
import type { ConsumerState, ConsumerView } from '../../plan/rollout/types.ts';
import { keyOf } from '../../runtime/store.ts';
import type { Stores } from '../stores.ts';
import type { CachedWorkload } from '../views/workload.ts';
import type { RolloutContext } from './context.ts';

/** The versions of a ConfigMap that a template names. */
export const versionsNamed = ({ configMaps }: Pick<CachedWorkload, 'configMaps'>, configMap: string): string[] =>
  configMaps
    .map((name) => (name === configMap ? UNPINNED : versionOfCopy(configMap, name)))
    .filter((version) => version !== undefined);

/** The Deployments and StatefulSets that have opted in to a rollout and name its ConfigMap, or a copy of it. */
export const workloadConsumers = ({ stores, rollout }: Pick<RolloutContext, 'stores' | 'rollout'>): ConsumerView[] => {
  const { configMap } = rollout.spec.source;
  return workloadsOf(stores, keyOf(rollout))
    .filter((workload) => !workload.deleting && versionsNamed(workload, configMap).length > 0)
    .map((workload) => {
      const id = consumerId(workload.kind, workload.name);
      const versions = versionsNamed(workload, configMap);
      const holds = versions.includes(UNPINNED) ? UNPINNED : versions[0];
      const version = (rollout.status && grantedVersion(rollout.status, id)) ?? holds ?? UNPINNED;
      return { id, holds, state: judgeCached(workload, configMap, version), busy: false };
    });
};

/** How a workload is with a version. */
export const judgeCached = (workload: CachedWorkload, configMap: string, version: string): ConsumerState =>
  judgeWorkload({ ...workload, versions: versionsNamed(workload, configMap) }, version);

/** The workloads whose annotation names a rollout. */
export const workloadsOf = ({ deployments, statefulSets }: Stores, rollout: string): CachedWorkload[] => [
  ...deployments.byIndex('rollout', rollout),
  ...statefulSets.byIndex('rollout', rollout),
];
