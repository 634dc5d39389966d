import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { ConfigContent } from '../../api/hash.ts';
import { LABEL_COPY_OF } from '../../api/names.ts';
import type { KnownConfig } from '../../api/revision.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** What a ConfigMap and a Secret have in common. */
export interface ConfigObject extends ConfigContent {
  metadata?: V1ObjectMeta;
  immutable?: boolean;
}

/** A ConfigMap or a Secret as the cache holds it: what it says is known by its hash alone. */
export interface CachedConfig extends Identity, KnownConfig {
  /** It is an immutable copy made by the operator. */
  isCopy: boolean;
  deleting: boolean;
  /** The BlueGreens that own it. */
  owners: { uid: string; name: string }[];
}

/** What else is known of a config object. */
export interface ConfigSight {
  hash: string;
  /** The view that the cache holds now; a content seen before keeps its time. */
  old: CachedConfig | undefined;
  now: number;
}

export const viewConfig = ({ metadata }: ConfigObject, { hash, old, now }: ConfigSight): CachedConfig => ({
  ...identityOf(metadata),
  hash,
  seenAt: old?.hash === hash ? old.seenAt : now,
  isCopy: metadata?.labels?.[LABEL_COPY_OF] !== undefined,
  deleting: metadata?.deletionTimestamp !== undefined,
  owners: (metadata?.ownerReferences ?? []).map(({ uid, name }) => ({ uid, name })),
});

/** What a ConfigMap or a Secret says. */
export const contentOf = ({ data, binaryData }: ConfigObject): ConfigContent => ({ data, binaryData });
