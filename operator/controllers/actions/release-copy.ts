import type { ConfigKind } from '../../api/references.ts';
import { FIELD_MANAGER, LABEL_BLUEGREEN } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { sourceOf, viewOf } from '../config-sources.ts';
import { CONTROLLER_REVISIONS } from '../resources.ts';
import type { ConfigObject } from '../views/config.ts';
import type { ControllerRevision } from '../views/record.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';

/** Gives up a config copy; its last owner deletes it. */
export const releaseCopy = async (context: ActionContext, action: ActionOf<'releaseCopy'>): Promise<void> => {
  const { client, configs, bluegreen, signal, now } = context;
  const { configKind: kind, name, resourceVersion } = action;
  const source = sourceOf(configs, kind);
  const { namespace, uid } = bluegreen;
  const path = resourcePath(source.resource, { namespace, name });
  await expectUnused(context, kind, name);
  // The precondition makes the cached owners good enough: whoever has become an owner since makes it fail.
  const others = source.store.get(keyOf({ namespace, name }))?.owners.filter((owner) => owner.uid !== uid) ?? [];
  try {
    if (others.length === 0) {
      await client.delete(path, { resourceVersion, signal });
      return;
    }
    const body = { metadata: { resourceVersion, ownerReferences: [{ $patch: 'delete', uid }] } };
    const left = await client.patch<ConfigObject>(path, body, {
      type: 'strategic',
      fieldManager: FIELD_MANAGER,
      signal,
    });
    source.store.assume(viewOf(source, left, now()));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** No precondition covers a record that the cache does not show yet, so the records are read live. */
const expectUnused = async (
  { client, bluegreen, signal }: ActionContext,
  kind: ConfigKind,
  copy: string,
): Promise<void> => {
  const { namespace, name } = bluegreen;
  const query = { labelSelector: `${LABEL_BLUEGREEN}=${name}` };
  const path = resourcePath(CONTROLLER_REVISIONS, { namespace });
  const { items } = await client.get<{ items: ControllerRevision[] }>(path, { query, signal });
  const user = items.find(({ data }) => data?.copies?.includes(copy) === true);
  if (user !== undefined) throw new StaleViewError(`${kind} ${copy} to be unused`, `${user.metadata?.name} naming it`);
};
