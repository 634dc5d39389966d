import type { ConfigRollout } from '../../api/configrollout.ts';
import { contentHash } from '../../api/hash.ts';
import { FIELD_MANAGER } from '../../api/names.ts';
import { copyName } from '../../api/revision.ts';
import { isAlreadyExists, isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { CopyTakenError } from '../actions/copy-config.ts';
import { StaleViewError } from '../actions/context.ts';
import { viewOf } from '../config-sources.ts';
import { configCopy } from '../manifests/config-copy.ts';
import { ownerReference } from '../manifests/owner.ts';
import type { Owner } from '../manifests/owner.ts';
import { CONFIG_MAPS, CONFIG_ROLLOUTS } from '../resources.ts';
import { contentOf } from '../views/config.ts';
import type { ConfigObject } from '../views/config.ts';
import type { RolloutContext } from './context.ts';

const ownerOf = ({ rollout: { namespace, name, uid } }: RolloutContext): Owner => ({
  kind: 'ConfigRollout',
  namespace,
  name,
  uid,
});

/** Makes the immutable copy of a version, or makes the rollout an owner of the one that is there. */
export const copyVersion = async (context: RolloutContext, version: string): Promise<void> => {
  const { client, configs, rollout, now, signal } = context;
  const { namespace, spec } = rollout;
  const original = spec.source.configMap;
  const copy = copyName(original, version);
  const path = (name?: string): string => resourcePath(CONFIG_MAPS, { namespace, name });
  const assume = (object: ConfigObject): void =>
    configs.ConfigMap.store.assume(viewOf(configs.ConfigMap, object, now()));
  const found = await find(client.get<ConfigObject>(path(copy), { signal }));
  if (found !== undefined) {
    await expectAlive(context);
    assume(await shareCopy(context, ownerOf(context), { object: found, version }));
    return;
  }
  const content = contentOf(await client.get<ConfigObject>(path(original), { signal }));
  const hash = contentHash(content);
  if (hash !== version) throw new StaleViewError(`ConfigMap ${original} with content ${version}`, hash);
  const body = configCopy(ownerOf(context), { kind: 'ConfigMap', original, copy, content });
  try {
    assume(await client.create<ConfigObject>(path(), body, { signal }));
  } catch (error) {
    if (isAlreadyExists(error)) throw new StaleViewError(`no ConfigMap ${copy}`, 'one');
    throw error;
  }
};

/** Makes somebody an owner of a copy that is there. */
export const shareCopy = async (
  { client, signal }: Pick<RolloutContext, 'client' | 'signal'>,
  owner: Owner,
  { object, version }: { object: ConfigObject; version: string },
): Promise<ConfigObject> => {
  const { name = '', resourceVersion, deletionTimestamp, ownerReferences } = object.metadata ?? {};
  const { namespace } = owner;
  if (deletionTimestamp !== undefined) throw new StaleViewError(`ConfigMap ${name} to stay`, 'it being deleted');
  if (contentHash(contentOf(object)) !== version || object.immutable !== true) {
    throw new CopyTakenError('ConfigMap', namespace, name);
  }
  if (ownerReferences?.some(({ uid }) => uid === owner.uid) === true) return object;
  const body = { metadata: { resourceVersion, ownerReferences: [ownerReference(owner)] } };
  const path = resourcePath(CONFIG_MAPS, { namespace, name });
  return client.patch<ConfigObject>(path, body, { type: 'strategic', fieldManager: FIELD_MANAGER, signal });
};

/** Gives up the rollout's ownership of a copy; its last owner deletes it. */
export const releaseVersion = async (context: RolloutContext, version: string): Promise<void> => {
  const { namespace, uid, spec } = context.rollout;
  await disown(context, { namespace, name: copyName(spec.source.configMap, version) }, uid);
};

/** Takes an owner away from a copy; the last one deletes it. */
export const disown = async (
  context: Pick<RolloutContext, 'client' | 'configs' | 'now' | 'signal'>,
  place: { namespace: string; name: string },
  uid: string,
): Promise<void> => {
  const { client, configs, now, signal } = context;
  const { store } = configs.ConfigMap;
  const cached = store.get(keyOf(place));
  if (cached === undefined || !cached.owners.some((owner) => owner.uid === uid)) return;
  const { resourceVersion } = cached;
  const path = resourcePath(CONFIG_MAPS, place);
  // The precondition makes the cached owners good enough: whoever has become an owner since makes it fail.
  try {
    if (cached.owners.length === 1) {
      await client.delete(path, { resourceVersion, signal });
      return;
    }
    const body = { metadata: { resourceVersion, ownerReferences: [{ $patch: 'delete', uid }] } };
    const options = { type: 'strategic', fieldManager: FIELD_MANAGER, signal } as const;
    store.assume(viewOf(configs.ConfigMap, await client.patch<ConfigObject>(path, body, options), now()));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** An owner that is gone would have the copy collected. */
const expectAlive = async ({ client, rollout, signal }: RolloutContext): Promise<void> => {
  const { namespace, name, uid } = rollout;
  const { metadata } = await client.get<ConfigRollout>(resourcePath(CONFIG_ROLLOUTS, { namespace, name }), { signal });
  if (metadata.uid !== uid || metadata.deletionTimestamp !== undefined) {
    throw new StaleViewError(`ConfigRollout ${name} to stay`, 'another, or it being deleted');
  }
};

const find = async <T>(reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};
