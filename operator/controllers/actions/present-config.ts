import type { ConfigRollout } from '../../api/configrollout.ts';
import type { ConfigName } from '../../api/references.ts';
import { releasedConfigs } from '../../api/revision.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { keyOf } from '../../runtime/store.ts';
import { sourceOf } from '../config-sources.ts';
import type { ConfigSource, Place } from '../config-sources.ts';
import { CONFIG_ROLLOUTS } from '../resources.ts';
import { governorOf, versionFor } from '../rollout/governor.ts';
import { viewRollout } from '../views/config-rollout.ts';
import type { CachedRollout } from '../views/config-rollout.ts';
import { contentOf } from '../views/config.ts';
import type { ConfigObject } from '../views/config.ts';
import { StaleViewError } from './context.ts';
import type { ActionContext } from './context.ts';

/**
 * Fails when a new release would be made from ConfigMaps or Secrets that the cache knows in an older state. Each kind has
 * a watch of its own: after a time without the API server, the one of BlueGreens may be back before the one of
 * ConfigMaps, and a config edited together with its code would then go live a release later.
 */
export const expectPresentConfig = async (context: ActionContext, revision: string): Promise<void> => {
  const { snapshot, bluegreen } = context;
  const isNew = snapshot.desired.revision === revision && bluegreen.status?.active !== revision;
  if (!isNew) return;
  const { template, config } = bluegreen.spec;
  await Promise.all(releasedConfigs(template, config).map((one) => expectPresent(context, one)));
};

const expectPresent = async (context: ActionContext, { kind, name }: ConfigName): Promise<void> => {
  const { client, configs, stores, bluegreen, signal } = context;
  const rollout = kind === 'ConfigMap' ? governorOf(stores, bluegreen, name) : undefined;
  if (rollout !== undefined && versionFor(stores, rollout, bluegreen, name) !== undefined) {
    await expectGrant(context, rollout, name);
    return;
  }
  const { namespace } = bluegreen;
  const source = sourceOf(configs, kind);
  const known = source.store.get(keyOf({ namespace, name }));
  const expected = known === undefined || known.deleting ? ABSENT : known.hash;
  const found = await liveHash(client, source, { namespace, name }, signal);
  if (found !== expected) throw new StaleViewError(`${kind} ${name} with content ${expected}`, found);
};

/** A grant is only acted on while it is on record: it may have been taken back since the cache heard of it. */
const expectGrant = async (
  { client, stores, bluegreen, signal }: ActionContext,
  rollout: CachedRollout,
  configMap: string,
): Promise<void> => {
  const { namespace, name } = rollout;
  const live = viewRollout(
    await client.get<ConfigRollout>(resourcePath(CONFIG_ROLLOUTS, { namespace, name }), { signal }),
  );
  const expected = versionFor(stores, rollout, bluegreen, configMap) ?? ABSENT;
  const found = versionFor(stores, live, bluegreen, configMap) ?? ABSENT;
  if (found !== expected) throw new StaleViewError(`ConfigRollout ${name} to grant ${expected}`, found);
};

const ABSENT = 'none';

const liveHash = async (
  client: ActionContext['client'],
  { resource, hashOf }: ConfigSource,
  place: Place,
  signal: AbortSignal,
): Promise<string> => {
  try {
    const live = await client.get<ConfigObject>(resourcePath(resource, place), { signal });
    return live.metadata?.deletionTimestamp === undefined ? hashOf(place, contentOf(live)) : ABSENT;
  } catch (error) {
    if (isNotFound(error)) return ABSENT;
    throw error;
  }
};
