import type { V1ConfigMap } from '@kubernetes/client-node';
import type { ConfigContent } from '../../api/hash.ts';
import { contentHash } from '../../api/hash.ts';
import type { KnownConfig } from '../../api/revision.ts';
import { LABEL_COPY_OF } from '../../api/names.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** A ConfigMap as the cache holds it: what it says is known by its hash alone. */
export interface CachedConfigMap extends Identity, KnownConfig {
  /** It is an immutable copy made by the operator. */
  isCopy: boolean;
  deleting: boolean;
  /** The BlueGreens that own it. */
  owners: { uid: string; name: string }[];
}

/** `old` is the view that the cache holds now; a content seen before keeps its time. */
export const viewConfigMap = (
  configMap: V1ConfigMap,
  old: CachedConfigMap | undefined,
  now: number,
): CachedConfigMap => {
  const { metadata } = configMap;
  const hash = contentHash(contentOf(configMap));
  return {
    ...identityOf(metadata),
    hash,
    seenAt: old?.hash === hash ? old.seenAt : now,
    isCopy: metadata?.labels?.[LABEL_COPY_OF] !== undefined,
    deleting: metadata?.deletionTimestamp !== undefined,
    owners: (metadata?.ownerReferences ?? []).map(({ uid, name }) => ({ uid, name })),
  };
};

/** What a ConfigMap says. */
export const contentOf = ({ data, binaryData }: V1ConfigMap): ConfigContent => ({ data, binaryData });
