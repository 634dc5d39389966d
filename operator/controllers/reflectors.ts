import type { V1ConfigMap } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN } from '../api/names.ts';
import type { ApiClient } from '../runtime/client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/log.ts';
import { Reflector } from '../runtime/reflector.ts';
import { keyOf } from '../runtime/store.ts';
import type { Store } from '../runtime/store.ts';
import { BLUE_GREENS, CONFIG_MAPS, CONTROLLER_REVISIONS, DEPLOYMENTS, ENDPOINT_SLICES, SERVICES } from './resources.ts';
import type { Stores } from './stores.ts';
import { viewBlueGreen } from './views/blue-green.ts';
import { viewConfigMap } from './views/config-map.ts';
import type { CachedConfigMap } from './views/config-map.ts';
import { LABEL_SERVICE_NAME, viewEndpointSlice } from './views/endpoint-slice.ts';
import { identityOf } from './views/identity.ts';
import { viewRecord } from './views/record.ts';
import { viewService } from './views/service.ts';
import { viewSlot } from './views/slot.ts';

export interface ReflectorsOptions {
  client: ApiClient;
  /** Only these namespaces. Default: all. */
  namespaces: readonly string[];
  log: Logger;
  clock: Clock;
}

/** Something that keeps a store up to date. */
export interface Feed {
  readonly synced: Promise<void>;
  run: (signal: AbortSignal) => Promise<void>;
}

/** Smaller than usual: the garbage of a list is the most memory that the operator ever needs. */
const PAGE_SIZE = 100;

/** What keeps the stores equal to the cluster: one reflector for each kind and namespace. */
export const createReflectors = (stores: Stores, options: ReflectorsOptions): Feed[] => {
  const { client, log, clock, namespaces } = options;
  const scopes = namespaces.length > 0 ? namespaces : [undefined];
  const isNews = startsAfterFirstList(stores.configMaps);
  const common = { client, log, clock, pageSize: PAGE_SIZE };
  return scopes.flatMap((namespace) => [
    new Reflector({ ...common, namespace, resource: BLUE_GREENS, store: stores.blueGreens, transform: viewBlueGreen }),
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
    new Reflector({
      ...common,
      namespace,
      resource: CONFIG_MAPS,
      store: stores.configMaps,
      transform: (object: V1ConfigMap) => {
        const identity = identityOf(object.metadata);
        const now = isNews(identity.namespace) ? clock.now() : 0;
        return viewConfigMap(object, stores.configMaps.get(keyOf(identity)), now);
      },
    }),
    new Reflector({
      ...common,
      namespace,
      resource: CONTROLLER_REVISIONS,
      labelSelector: LABEL_BLUEGREEN,
      store: stores.records,
      transform: viewRecord,
    }),
  ]);
};

/** Whether a namespace's objects have been listed once, so that what is seen now happened while this process ran. */
const startsAfterFirstList =
  (store: Store<CachedConfigMap>) =>
  (namespace: string): boolean =>
    (store.lastSyncResourceVersion() ?? store.lastSyncResourceVersion(namespace)) !== undefined;
