import { LABEL_BLUEGREEN } from '../api/names.ts';
import type { ApiClient } from '../runtime/client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import type { Pulses } from '../runtime/pulses.ts';
import { Reflector } from '../runtime/reflector.ts';
import { viewOf } from './config-sources.ts';
import type { ConfigSource, ConfigSources } from './config-sources.ts';
import type { Feed } from './feed.ts';
import {
  BLUE_GREENS,
  CONFIG_ROLLOUTS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  SERVICES,
  STATEFUL_SETS,
} from './resources.ts';
import { SecretFeed } from './secret-feed.ts';
import type { SecretKey } from './secret-key.ts';
import type { Stores } from './stores.ts';
import { viewBlueGreen } from './views/blue-green.ts';
import type { CachedConfig, ConfigObject } from './views/config.ts';
import { viewRollout } from './views/config-rollout.ts';
import { LABEL_SERVICE_NAME, viewEndpointSlice } from './views/endpoint-slice.ts';
import { identityOf } from './views/identity.ts';
import { viewRecord } from './views/record.ts';
import { viewService } from './views/service.ts';
import { viewSlot } from './views/slot.ts';
import { viewDeployment, viewStatefulSet } from './views/workload.ts';

export interface ReflectorsOptions {
  client: ApiClient;
  /** Only these namespaces. Default: all. */
  namespaces: readonly string[];
  log: Logger;
  clock: Clock;
  pulses: Pulses;
  configs: ConfigSources;
  /** Needed to hash Secrets; absent where they are not read. */
  secretKey?: SecretKey | undefined;
}

/** Smaller than usual: the garbage of a list is the most memory that the operator ever needs. */
const PAGE_SIZE = 100;

/** What keeps the stores equal to the cluster: one reflector for each kind and namespace. */
export const createReflectors = (stores: Stores, options: ReflectorsOptions): Feed[] => {
  const { client, log, clock, pulses, namespaces, configs, secretKey } = options;
  const scopes = namespaces.length > 0 ? namespaces : [undefined];
  const common = { client, log, clock, pulses, pageSize: PAGE_SIZE };
  const config = (source: ConfigSource, namespace: string | undefined): Reflector<ConfigObject, CachedConfig> =>
    new Reflector({ ...common, namespace, ...configReflection(source, clock) });
  const feeds = scopes.flatMap((namespace) => [
    new Reflector({ ...common, namespace, resource: BLUE_GREENS, store: stores.blueGreens, transform: viewBlueGreen }),
    new Reflector({
      ...common,
      namespace,
      resource: CONFIG_ROLLOUTS,
      store: stores.configRollouts,
      transform: viewRollout,
    }),
    // An annotation cannot be selected by: all are read, and those that have opted in are kept.
    new Reflector({
      ...common,
      namespace,
      resource: DEPLOYMENTS,
      labelSelector: `!${LABEL_BLUEGREEN}`,
      store: stores.deployments,
      transform: viewDeployment,
    }),
    new Reflector({
      ...common,
      namespace,
      resource: STATEFUL_SETS,
      store: stores.statefulSets,
      transform: viewStatefulSet,
    }),
    new Reflector({
      ...common,
      namespace,
      resource: DEPLOYMENTS,
      labelSelector: LABEL_BLUEGREEN,
      store: stores.slots,
      transform: viewSlot,
    }),
    new Reflector({ ...common, namespace, resource: SERVICES, store: stores.services, transform: viewService }),
    new Reflector({
      ...common,
      namespace,
      resource: ENDPOINT_SLICES,
      labelSelector: LABEL_SERVICE_NAME,
      store: stores.endpointSlices,
      transform: viewEndpointSlice,
    }),
    config(configs.ConfigMap, namespace),
    new Reflector({
      ...common,
      namespace,
      resource: CONTROLLER_REVISIONS,
      labelSelector: LABEL_BLUEGREEN,
      store: stores.records,
      transform: viewRecord,
    }),
  ]);
  const { Secret } = configs;
  if (Secret === undefined || secretKey === undefined) return feeds;
  const reflectors = scopes.map((namespace) => config(Secret, namespace));
  return [...feeds, new SecretFeed({ key: secretKey, reflectors, log, clock })];
};

/**
 * The releases of Helm, each a few 100 KB, are most of what a cluster's Secrets hold, and no pod names one. A Secret's
 * type cannot be changed.
 */
const NOT_OF_HELM = 'type!=helm.sh/release.v1';

/** How the objects of a config source are followed: nothing of what they say stays but its hash. */
const configReflection = (source: ConfigSource, clock: Clock) => {
  const { kind, resource, store } = source;
  const transform = (object: ConfigObject): CachedConfig => {
    const { namespace } = identityOf(object.metadata);
    // Before the first list is whole, a content is as old as this process can tell.
    const isNews = (store.lastSyncResourceVersion() ?? store.lastSyncResourceVersion(namespace)) !== undefined;
    return viewOf(source, object, isNews ? clock.now() : 0);
  };
  return { resource, store, transform, ...(kind === 'Secret' ? { fieldSelector: NOT_OF_HELM } : {}) };
};
