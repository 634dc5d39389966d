import type { V1ConfigMap } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../../api/names.ts';
import { contentHash } from '../../api/hash.ts';
import { isAlreadyExists } from '../../runtime/errors.ts';
import { keyOf } from '../../runtime/store.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { configCopy } from '../manifests/config-copy.ts';
import { ownerReference } from '../manifests/owner.ts';
import { CONFIG_MAPS } from '../resources.ts';
import { contentOf, viewConfigMap } from '../views/config-map.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectAlive } from './ownership.ts';

/** Makes the immutable copy of a ConfigMap, or becomes an owner of the copy that is there. */
export const copyConfig = async (context: ActionContext, action: ActionOf<'copyConfig'>): Promise<void> => {
  const { client, stores, bluegreen, signal } = context;
  const { namespace } = bluegreen;
  const path = (name?: string): string => resourcePath(CONFIG_MAPS, { namespace, name });
  // The content is not in the cache, and may have changed since its hash was taken.
  const original = await client.get<V1ConfigMap>(path(action.original), { signal });
  const content = contentOf(original);
  const hash = contentHash(content);
  const known = stores.configMaps.get(keyOf({ namespace, name: action.original }));
  if (hash !== known?.hash) {
    throw new StaleViewError(`ConfigMap ${action.original} with content ${known?.hash ?? 'none'}`, hash);
  }
  const assume = (made: V1ConfigMap): void => stores.configMaps.assume(viewConfigMap(made, undefined, context.now()));
  try {
    const body = configCopy(bluegreen, action.original, action.copy, content);
    assume(await client.create<V1ConfigMap>(path(), body, { signal }));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    assume(await shareCopy(context, action.copy, hash));
  }
};

/** Adds the BlueGreen to the owners of a copy. */
const shareCopy = async (context: ActionContext, copy: string, hash: string): Promise<V1ConfigMap> => {
  const { client, bluegreen, signal } = context;
  const { namespace, uid } = bluegreen;
  const path = resourcePath(CONFIG_MAPS, { namespace, name: copy });
  const found = await client.get<V1ConfigMap>(path, { signal });
  const { resourceVersion, deletionTimestamp, ownerReferences } = found.metadata ?? {};
  if (deletionTimestamp !== undefined) throw new StaleViewError(`ConfigMap ${copy} to stay`, 'it being deleted');
  if (contentHash(contentOf(found)) !== hash || found.immutable !== true) throw new CopyTakenError(namespace, copy);
  if (ownerReferences?.some((owner) => owner.uid === uid) === true) return found;
  await expectAlive(context);
  const body = { metadata: { resourceVersion, ownerReferences: [ownerReference(bluegreen)] } };
  return client.patch<V1ConfigMap>(path, body, { type: 'strategic', fieldManager: FIELD_MANAGER, signal });
};

/** Somebody else's ConfigMap has the name of a copy. */
export class CopyTakenError extends Error {
  readonly code = 'COPY_TAKEN';

  constructor(namespace: string, copy: string) {
    super(
      `Expected ConfigMap ${namespace}/${copy} to be absent or an immutable copy with that content, found another; delete or rename it`,
    );
    this.name = 'CopyTakenError';
  }
}
