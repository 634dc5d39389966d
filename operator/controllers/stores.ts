import { releasedConfigs } from '../api/revision.ts';
import { Store } from '../runtime/store.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';
import type { CachedConfigMap } from './views/config-map.ts';
import type { CachedEndpointSlice } from './views/endpoint-slice.ts';
import type { CachedRecord } from './views/record.ts';
import type { CachedService } from './views/service.ts';
import type { CachedSlot } from './views/slot.ts';

/** All that the operator remembers of the cluster: small views, by kind. */
export interface Stores {
  /** Indexes: `service` and `configMap`, the keys of the objects that the spec names. */
  blueGreens: Store<CachedBlueGreen>;
  slots: Store<CachedSlot>;
  services: Store<CachedService>;
  /** Index `service`: the key of the Service. */
  endpointSlices: Store<CachedEndpointSlice>;
  /** Index `owner`: the uid of an owner of a config copy. */
  configMaps: Store<CachedConfigMap>;
  /** Index `bluegreen`: the key of the BlueGreen. */
  records: Store<CachedRecord>;
}

export const createStores = (): Stores => ({
  blueGreens: new Store({
    service: ({ namespace, spec: { services } }) =>
      [services.active, services.preview].filter((name) => name !== undefined).map((name) => `${namespace}/${name}`),
    configMap: ({ namespace, spec: { template, config } }) =>
      releasedConfigs(template, config.exclude).map((name) => `${namespace}/${name}`),
  }),
  slots: new Store(),
  services: new Store(),
  endpointSlices: new Store({ service: ({ namespace, service }) => [`${namespace}/${service}`] }),
  configMaps: new Store({ owner: ({ isCopy, owners }) => (isCopy ? owners.map(({ uid }) => uid) : []) }),
  records: new Store({ bluegreen: ({ namespace, bluegreen }) => [`${namespace}/${bluegreen}`] }),
});
