import type { V1Pod, V1PodList } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_SLOT } from '../api/names.ts';
import type { Slot } from '../api/names.ts';
import type { ApiClient } from '../runtime/client.ts';
import { resourcePath } from '../runtime/resource.ts';
import { PODS } from './resources.ts';

/** Which pods. */
export interface PodQuery {
  namespace: string;
  bluegreen: string;
  slot: Slot;
  labels?: Record<string, string>;
  /** At most so many. Default: all. */
  limit?: number;
}

/** Reads a slot's pods from the API server; they are in no cache. */
export const listPods = async (
  client: Pick<ApiClient, 'get'>,
  { namespace, bluegreen, slot, labels = {}, limit }: PodQuery,
  signal: AbortSignal,
): Promise<V1Pod[]> => {
  const selector = { [LABEL_BLUEGREEN]: bluegreen, [LABEL_SLOT]: slot, ...labels };
  const query = {
    labelSelector: Object.entries(selector)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  };
  const { items } = await client.get<V1PodList>(resourcePath(PODS, { namespace }), { query, signal });
  return items;
};
