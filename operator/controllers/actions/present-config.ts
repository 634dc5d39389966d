import type { V1ConfigMap } from '@kubernetes/client-node';
import { contentHash } from '../../api/hash.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { CONFIG_MAPS } from '../resources.ts';
import { contentOf } from '../views/config-map.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext } from './context.ts';

/**
 * Fails when a new release would be made from ConfigMaps that the cache knows in an older state. Each kind has a watch
 * of its own: after a time without the API server, the one of BlueGreens may be back before the one of ConfigMaps, and a
 * config edited together with its code would then go live a release later.
 */
export const expectPresentConfig = async (context: ActionContext, revision: string): Promise<void> => {
  const { snapshot, bluegreen } = context;
  const isNew = snapshot.desired.revision === revision && bluegreen.status?.active !== revision;
  if (!isNew) return;
  await Promise.all(snapshot.desired.configs.map(({ original }) => expectPresent(context, original)));
};

const expectPresent = async ({ client, stores, bluegreen, signal }: ActionContext, name: string): Promise<void> => {
  const { namespace } = bluegreen;
  const known = stores.configMaps.get(keyOf({ namespace, name }));
  const expected = known === undefined || known.deleting ? ABSENT : known.hash;
  const found = await liveHash(client, resourcePath(CONFIG_MAPS, { namespace, name }), signal);
  if (found !== expected) throw new StaleViewError(`ConfigMap ${name} with content ${expected}`, found);
};

const ABSENT = 'none';

const liveHash = async (client: ActionContext['client'], path: string, signal: AbortSignal): Promise<string> => {
  try {
    const live = await client.get<V1ConfigMap>(path, { signal });
    return live.metadata?.deletionTimestamp === undefined ? contentHash(contentOf(live)) : ABSENT;
  } catch (error) {
    if (isNotFound(error)) return ABSENT;
    throw error;
  }
};
