import { parseConsumer, versionsByConsumer } from '../../api/grants.ts';
import { releasedConfigs } from '../../api/revision.ts';
import { keyOf } from '../../runtime/store.ts';
import type { Change } from '../../runtime/store.ts';
import type { Stores } from '../stores.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { CachedRollout } from '../views/config-rollout.ts';
import type { CachedWorkload } from '../views/workload.ts';
import { workloadsOf } from './workload-consumers.ts';
import { workloadKey } from './workload-reconciler.ts';

const both = <V>({ old, new: now }: Change<V>): V[] => [old, now].filter((view) => view !== undefined);

/** Calls `enqueue` with the key of every ConfigRollout that a change may concern. The returned function ends that. */
export const connectRolloutTriggers = (stores: Stores, enqueue: (key: string) => void): (() => void) => {
  const { configRollouts, blueGreens, configMaps, records, deployments, statefulSets } = stores;
  const ofSource = (namespace: string, configMap: string): void => {
    for (const rollout of configRollouts.byIndex('source', keyOf({ namespace, name: configMap }))) {
      enqueue(keyOf(rollout));
    }
  };
  const ofConsumer = ({ namespace, spec }: CachedBlueGreen): void => {
    if (configRollouts.size === 0) return;
    for (const { kind, name } of releasedConfigs(spec.template, spec.config)) {
      if (kind === 'ConfigMap') ofSource(namespace, name);
    }
  };
  const ofWorkload = ({ namespace, rollout }: CachedWorkload): void => {
    if (rollout !== undefined) enqueue(keyOf({ namespace, name: rollout }));
  };
  const connections = [
    deployments.subscribe((change) => both(change).forEach(ofWorkload)),
    statefulSets.subscribe((change) => both(change).forEach(ofWorkload)),
    configRollouts.subscribe((change) => {
      // Also the one that may count now, because an older one is gone.
      for (const { namespace, spec } of both(change)) ofSource(namespace, spec.source.configMap);
    }),
    blueGreens.subscribe((change) => both(change).forEach(ofConsumer)),
    configMaps.subscribe((change) => {
      for (const { namespace, name, isCopy, owners } of both(change)) {
        ofSource(namespace, name);
        if (isCopy)
          for (const owner of owners) if (isRollout(namespace, owner)) enqueue(keyOf({ namespace, ...owner }));
      }
    }),
    records.subscribe(({ new: record }) => {
      if (record === undefined || configRollouts.size === 0) return;
      const bluegreen = blueGreens.get(keyOf({ namespace: record.namespace, name: record.bluegreen }));
      if (bluegreen !== undefined) ofConsumer(bluegreen);
    }),
  ];
  return () => {
    for (const disconnect of connections) disconnect();
  };

  function isRollout(namespace: string, { name, uid }: { name: string; uid: string }): boolean {
    return configRollouts.get(keyOf({ namespace, name }))?.uid === uid;
  }
};

/** Calls `enqueue` with the key of every workload that a change of it or of its ConfigRollout concerns. */
export const connectWorkloadTriggers = (stores: Stores, enqueue: (key: string) => void): (() => void) => {
  const { configRollouts, deployments, statefulSets } = stores;
  const itself = (change: Change<CachedWorkload>): void => {
    for (const workload of both(change)) enqueue(workloadKey(workload.kind, workload));
  };
  const connections = [
    deployments.subscribe(itself),
    statefulSets.subscribe(itself),
    configRollouts.subscribe((change) => {
      for (const rollout of both(change)) {
        for (const workload of workloadsOf(stores, keyOf(rollout))) enqueue(workloadKey(workload.kind, workload));
      }
    }),
  ];
  return () => {
    for (const disconnect of connections) disconnect();
  };
};

/** Calls `enqueue` with the key of every BlueGreen that a change of a ConfigRollout may concern. */
export const connectGrantTriggers = (stores: Stores, enqueue: (key: string) => void): (() => void) =>
  stores.configRollouts.subscribe(({ old, new: now }) => {
    if (old !== undefined && now !== undefined && isSameRule(old, now)) {
      for (const name of regranted(old, now)) enqueue(keyOf({ namespace: now.namespace, name }));
      return;
    }
    for (const { namespace, spec } of [old, now].filter((view) => view !== undefined)) {
      const key = keyOf({ namespace, name: spec.source.configMap });
      for (const bluegreen of stores.blueGreens.byIndex('ConfigMap', key)) enqueue(keyOf(bluegreen));
    }
  });

/** Whether two states of a rollout differ in nothing but what they grant. */
const isSameRule = (old: CachedRollout, now: CachedRollout): boolean =>
  old.generation === now.generation && old.status?.current === now.status?.current && old.status !== undefined;

/** The BlueGreens whose grant has changed. */
const regranted = (old: CachedRollout, now: CachedRollout): string[] => {
  const before = versionsByConsumer(old.status?.granted ?? []);
  const after = versionsByConsumer(now.status?.granted ?? []);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((id) => before.get(id) !== after.get(id))
    .map(parseConsumer)
    .filter(({ kind }) => kind === 'BlueGreen')
    .map(({ name }) => name);
};
