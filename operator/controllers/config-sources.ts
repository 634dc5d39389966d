import { contentHash } from '../api/hash.ts';
import type { ConfigContent } from '../api/hash.ts';
import type { ConfigKind } from '../api/references.ts';
import type { Resource } from '../runtime/resource.ts';
import type { Store } from '../runtime/store.ts';
import { CONFIG_MAPS, SECRETS } from './resources.ts';
import type { SecretKey } from './secret-key.ts';
import { contentOf, viewConfig } from './views/config.ts';
import type { CachedConfig, ConfigObject } from './views/config.ts';
import { identityOf } from './views/identity.ts';

/** Where an object is: its namespace and its name. */
export interface Place {
  namespace: string;
  name: string;
}

/** How the objects of one kind that can be part of a release are read, compared and kept. */
export interface ConfigSource {
  kind: ConfigKind;
  resource: Resource;
  store: Store<CachedConfig>;
  /** The hash of what the object in that place says; a copy is hashed as if it were in its original's place. */
  hashOf: (place: Place, content: ConfigContent) => string;
}

/** Without `Secret` the operator may not read Secrets. */
export interface ConfigSources {
  ConfigMap: ConfigSource;
  Secret?: ConfigSource | undefined;
}

export const configMapSource = (store: Store<CachedConfig>): ConfigSource => ({
  kind: 'ConfigMap',
  resource: CONFIG_MAPS,
  store,
  hashOf: (_, content) => contentHash(content),
});

export const secretSource = (store: Store<CachedConfig>, key: SecretKey): ConfigSource => ({
  kind: 'Secret',
  resource: SECRETS,
  store,
  hashOf: (place, content) => key.hashOf(place, content),
});

/** The small view of an object, as the cache keeps it. `now` is the time for a content that was not seen before. */
export const viewOf = (
  { store, hashOf }: Pick<ConfigSource, 'store' | 'hashOf'>,
  object: ConfigObject,
  now: number,
): CachedConfig => {
  const { namespace, name } = identityOf(object.metadata);
  const old = store.get(`${namespace}/${name}`);
  return viewConfig(object, { hash: hashOf({ namespace, name }, contentOf(object)), old, now });
};

/** The source of a kind that a plan names; a plan names Secrets only where they can be read. */
export const sourceOf = (sources: ConfigSources, kind: ConfigKind): ConfigSource => {
  const source = sources[kind];
  if (source === undefined) throw new SecretsNotAllowedError();
  return source;
};

/** The operator was started without access to Secrets. */
export class SecretsNotAllowedError extends Error {
  readonly code = 'SECRETS_NOT_ALLOWED';

  constructor() {
    super('Expected access to Secrets, found none; install the chart of the operator with secrets.access=true');
    this.name = 'SecretsNotAllowedError';
  }
}
