import type { ConfigKind } from '../../api/references.ts';
import { FIELD_MANAGER } from '../../api/names.ts';
import { copyName } from '../../api/revision.ts';
import { isAlreadyExists } from '../../runtime/errors.ts';
import { keyOf } from '../../runtime/store.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { sourceOf, viewOf } from '../config-sources.ts';
import type { ConfigSource } from '../config-sources.ts';
import { configCopy } from '../manifests/config-copy.ts';
import { ownerReference } from '../manifests/owner.ts';
import { contentOf } from '../views/config.ts';
import type { ConfigObject } from '../views/config.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext, ActionOf } from './context.ts';
import { expectAlive } from './ownership.ts';

/** Makes the immutable copy of a ConfigMap or a Secret, or becomes an owner of the copy that is there. */
export const copyConfig = async (context: ActionContext, action: ActionOf<'copyConfig'>): Promise<void> => {
  const { client, configs, bluegreen, now, signal } = context;
  const { namespace } = bluegreen;
  const { configKind: kind, original: name, copy } = action;
  const source = sourceOf(configs, kind);
  const path = (of?: string): string => resourcePath(source.resource, { namespace, name: of });
  const assume = (made: ConfigObject): void => source.store.assume(viewOf(source, made, now()));
  const there = source.store.get(keyOf({ namespace, name: copy }));
  // As good as the original, which may say something else by now: a ConfigRollout grants versions of any age.
  if (there?.isCopy === true && !there.deleting && copyName(name, there.hash) === copy) {
    assume(await shareCopy(context, source, { original: name, copy, hash: there.hash }));
    return;
  }
  // The content is not in the cache, and may have changed since its hash was taken.
  const content = contentOf(await client.get<ConfigObject>(path(name), { signal }));
  const hash = source.hashOf({ namespace, name }, content);
  const known = source.store.get(keyOf({ namespace, name }));
  if (hash !== known?.hash || copyName(name, hash) !== copy) {
    throw new StaleViewError(`${kind} ${name} with content ${known?.hash ?? 'none'}`, hash);
  }
  try {
    const body = configCopy(bluegreen, { kind, original: name, copy, content });
    assume(await client.create<ConfigObject>(path(), body, { signal }));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    assume(await shareCopy(context, source, { original: name, copy, hash }));
  }
};

/** A copy that must hold what its original held. */
interface Copy {
  original: string;
  copy: string;
  hash: string;
}

/** Adds the BlueGreen to the owners of a copy. */
const shareCopy = async (
  context: ActionContext,
  source: ConfigSource,
  { original, copy, hash }: Copy,
): Promise<ConfigObject> => {
  const { client, bluegreen, signal } = context;
  const { namespace, uid } = bluegreen;
  const path = resourcePath(source.resource, { namespace, name: copy });
  const found = await client.get<ConfigObject>(path, { signal });
  const { resourceVersion, deletionTimestamp, ownerReferences } = found.metadata ?? {};
  if (deletionTimestamp !== undefined) throw new StaleViewError(`${source.kind} ${copy} to stay`, 'it being deleted');
  if (source.hashOf({ namespace, name: original }, contentOf(found)) !== hash || found.immutable !== true) {
    throw new CopyTakenError(source.kind, namespace, copy);
  }
  if (ownerReferences?.some((owner) => owner.uid === uid) === true) return found;
  await expectAlive(context);
  const body = { metadata: { resourceVersion, ownerReferences: [ownerReference(bluegreen)] } };
  return client.patch<ConfigObject>(path, body, { type: 'strategic', fieldManager: FIELD_MANAGER, signal });
};

/** Somebody else's object has the name of a copy. */
export class CopyTakenError extends Error {
  readonly code = 'COPY_TAKEN';

  constructor(kind: ConfigKind, namespace: string, copy: string) {
    super(
      `Expected ${kind} ${namespace}/${copy} to be absent or an immutable copy with that content, found another; delete or rename it`,
    );
    this.name = 'CopyTakenError';
  }
}
