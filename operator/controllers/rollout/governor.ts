import { consumerId, grantedVersion } from '../../api/grants.ts';
import { findConfigReferences } from '../../api/references.ts';
import { ABSENT } from '../../api/revision.ts';
import { versionOfCopy } from '../../api/version.ts';
import { keyOf } from '../../runtime/store.ts';
import type { Stores } from '../stores.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { CachedRollout } from '../views/config-rollout.ts';
import { selects } from './selects.ts';

const isOlder = (left: CachedRollout, right: CachedRollout): number =>
  left.createdAt.localeCompare(right.createdAt) || (left.name < right.name ? -1 : 1);

/** The ConfigRollouts of a ConfigMap, the oldest first: that one counts. */
export const rolloutsOf = (
  { configRollouts }: Pick<Stores, 'configRollouts'>,
  namespace: string,
  configMap: string,
): CachedRollout[] => configRollouts.byIndex('source', keyOf({ namespace, name: configMap })).toSorted(isOlder);

/** The ConfigRollout that says which version of a ConfigMap a BlueGreen uses; undefined when none does. */
export const governorOf = (
  stores: Stores,
  bluegreen: CachedBlueGreen,
  configMap: string,
): CachedRollout | undefined => {
  const [oldest] = rolloutsOf(stores, bluegreen.namespace, configMap);
  return oldest !== undefined && selects(oldest.spec.consumers.selector, bluegreen.labels ?? {}) ? oldest : undefined;
};

/**
 * The version of a ConfigMap that a BlueGreen has of its own accord: that of the release that it was asked for last. A
 * person's Rollback does not change what is asked for.
 */
export const heldVersion = (stores: Stores, bluegreen: CachedBlueGreen, configMap: string): string | undefined => {
  const { namespace, name, spec, status } = bluegreen;
  const records = stores.records.byIndex('bluegreen', keyOf({ namespace, name }));
  const { decision } = spec;
  const asked =
    decision?.action === 'Rollback' ? records.find(({ revision }) => revision === decision.revision) : undefined;
  const record = asked ?? records.find(({ revision }) => revision === status?.active);
  if (record === undefined) return undefined;
  const held = record.copies.map((copy) => versionOfCopy(configMap, copy)).find((version) => version !== undefined);
  return held ?? (isOptional(bluegreen, configMap) ? ABSENT : undefined);
};

/** Whether its pods can start without that ConfigMap. */
const isOptional = ({ spec }: CachedBlueGreen, configMap: string): boolean =>
  findConfigReferences(spec.template).every(
    ({ kind, name, optional }) => kind !== 'ConfigMap' || name !== configMap || optional,
  );

/**
 * The version of a ConfigMap that a BlueGreen may use, as a rollout says. Until the rollout has met it, it keeps what it
 * has; if it has nothing, it gets what all the others have. Undefined: the present content.
 */
export const versionFor = (
  stores: Stores,
  rollout: CachedRollout,
  bluegreen: CachedBlueGreen,
  configMap: string,
): string | undefined => {
  const { status } = rollout;
  const granted = status && grantedVersion(status, consumerId('BlueGreen', bluegreen.name));
  return granted ?? heldVersion(stores, bluegreen, configMap) ?? status?.current;
};
