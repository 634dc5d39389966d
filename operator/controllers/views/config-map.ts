import type { V1ConfigMap } from '@kubernetes/client-node';
import { contentHash } from '../../api/hash.ts';
import { contentOf, viewConfig } from './config.ts';
import type { CachedConfig } from './config.ts';

/** `old` is the view that the cache holds now; a content seen before keeps its time. */
export const viewConfigMap = (configMap: V1ConfigMap, old: CachedConfig | undefined, now: number): CachedConfig =>
  viewConfig(configMap, { hash: contentHash(contentOf(configMap)), old, now });
