import type { ConfigKind } from '../api/references.ts';
import { releasedConfigs } from '../api/revision.ts';
import { Store } from '../runtime/store.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';
import type { CachedConfig } from './views/config.ts';
import type { CachedRollout } from './views/config-rollout.ts';
import type { CachedEndpointSlice } from './views/endpoint-slice.ts';
import type { CachedRecord } from './views/record.ts';
import type { CachedService } from './views/service.ts';
import type { CachedSlot } from './views/slot.ts';
import type { CachedWorkload } from './views/workload.ts';

/** All that the operator remembers of the cluster: small views, by kind. */
export interface Stores {
  /** Indexes: `service`, `ConfigMap` and `Secret`, the keys of the objects that the spec names. */
  blueGreens: Store<CachedBlueGreen>;
  slots: Store<CachedSlot>;
  services: Store<CachedService>;
  /** Index `service`: the key of the Service. */
  endpointSlices: Store<CachedEndpointSlice>;
  /** Index `owner`: the uid of an owner of a config copy. */
  configMaps: Store<CachedConfig>;
  /** The same; empty where the operator may not read Secrets. */
  secrets: Store<CachedConfig>;
  /** Index `bluegreen`: the key of the BlueGreen. */
  records: Store<CachedRecord>;
  /** Index `source`: the key of the ConfigMap. */
  configRollouts: Store<CachedRollout>;
  /** Those that have opted in to a ConfigRollout; slots are none. Index `rollout`: its key. */
  deployments: Store<CachedWorkload>;
  /** The same. */
  statefulSets: Store<CachedWorkload>;
}

const keysOf = ({ namespace, spec: { template, config } }: CachedBlueGreen, kind: ConfigKind): string[] =>
  releasedConfigs(template, config)
    .filter((one) => one.kind === kind)
    .map(({ name }) => `${namespace}/${name}`);

const rolloutOf = ({ namespace, rollout }: CachedWorkload): string[] =>
  rollout === undefined ? [] : [`${namespace}/${rollout}`];

/** The owners of a config copy. */
const ownersOf = ({ isCopy, owners }: CachedConfig): string[] => (isCopy ? owners.map(({ uid }) => uid) : []);

export const createStores = (): Stores => ({
  blueGreens: new Store({
    service: ({ namespace, spec: { services } }) =>
      [services.active, services.preview].filter((name) => name !== undefined).map((name) => `${namespace}/${name}`),
    ConfigMap: (view) => keysOf(view, 'ConfigMap'),
    Secret: (view) => keysOf(view, 'Secret'),
  }),
  slots: new Store(),
  services: new Store(),
  endpointSlices: new Store({ service: ({ namespace, service }) => [`${namespace}/${service}`] }),
  configMaps: new Store({ owner: ownersOf }),
  secrets: new Store({ owner: ownersOf }),
  records: new Store({ bluegreen: ({ namespace, bluegreen }) => [`${namespace}/${bluegreen}`] }),
  configRollouts: new Store({ source: ({ namespace, spec }) => [`${namespace}/${spec.source.configMap}`] }),
  deployments: new Store({ rollout: rolloutOf }),
  statefulSets: new Store({ rollout: rolloutOf }),
});
