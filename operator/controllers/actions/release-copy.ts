import type { V1ConfigMap } from '@kubernetes/client-node';
import { FIELD_MANAGER, LABEL_BLUEGREEN } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { CONFIG_MAPS, CONTROLLER_REVISIONS } from '../resources.ts';
import { viewConfigMap } from '../views/config-map.ts';
import type { ControllerRevision } from '../views/record.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Gives up a config copy; its last owner deletes it. */
export const releaseCopy = async (context: ActionContext, action: ActionOf<'releaseCopy'>): Promise<void> => {
  const { client, stores, bluegreen, signal, now } = context;
  const { name, resourceVersion } = action;
  const { namespace, uid } = bluegreen;
  const path = resourcePath(CONFIG_MAPS, { namespace, name });
  await expectUnused(context, name);
  // The precondition makes the cached owners good enough: whoever has become an owner since makes it fail.
  const others = stores.configMaps.get(keyOf({ namespace, name }))?.owners.filter((owner) => owner.uid !== uid) ?? [];
  try {
    if (others.length === 0) {
      await client.delete(path, { resourceVersion, signal });
      return;
    }
    const body = { metadata: { resourceVersion, ownerReferences: [{ $patch: 'delete', uid }] } };
    const left = await client.patch<V1ConfigMap>(path, body, {
      type: 'strategic',
      fieldManager: FIELD_MANAGER,
      signal,
    });
    stores.configMaps.assume(viewConfigMap(left, undefined, now()));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** No precondition covers a record that the cache does not show yet, so the records are read live. */
const expectUnused = async ({ client, bluegreen, signal }: ActionContext, copy: string): Promise<void> => {
  const { namespace, name } = bluegreen;
  const query = { labelSelector: `${LABEL_BLUEGREEN}=${name}` };
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace });
  const { items } = await client.get<{ items: ControllerRevision[] }>(path, { query, signal });
  const user = items.find(({ data }) => data?.copies?.includes(copy) === true);
  if (user !== undefined)
    throw new StaleViewError(`ConfigMap ${copy} to be unused`, `${user.metadata?.name} naming it`);
};
