import { copyName } from '../../api/revision.ts';
import { versionOfCopy } from '../../api/version.ts';
import type { ConsumerView, RolloutSnapshot, VersionCopy } from '../../plan/rollout/types.ts';
import { keyOf } from '../../runtime/store.ts';
import { blueGreenConsumers } from './blue-green-consumers.ts';
import type { RolloutContext } from './context.ts';
import { rolloutsOf } from './governor.ts';
import { workloadConsumers } from './workload-consumers.ts';

type Context = Pick<RolloutContext, 'stores' | 'configs' | 'rollout'>;

/** All that the plan of a rollout may know, from the caches. */
export const takeRolloutSnapshot = (context: Context): RolloutSnapshot => {
  const { stores, rollout } = context;
  const { namespace, name } = rollout;
  const { configMap } = rollout.spec.source;
  const cached = stores.configMaps.get(keyOf({ namespace, name: configMap }));
  const source = cached === undefined || cached.deleting ? undefined : { version: cached.hash, seenAt: cached.seenAt };
  const [governor] = rolloutsOf(stores, namespace, configMap);
  const consumers = [...blueGreenConsumers(context), ...workloadConsumers(context)];
  return {
    rollout,
    source,
    consumers,
    copies: copiesOf(context, consumers, source?.version),
    governedBy: governor === undefined || governor.name === name ? undefined : governor.name,
  };
};

/** The copies that this rollout owns, and those of versions that it may be asked for. */
const copiesOf = (
  { stores, rollout }: Context,
  consumers: ConsumerView[],
  present: string | undefined,
): VersionCopy[] => {
  const { namespace, uid, spec, status } = rollout;
  const { configMap } = spec.source;
  const owned = stores.configMaps
    .byIndex('owner', uid)
    .filter(({ deleting }) => !deleting)
    .map((copy) => versionOfCopy(configMap, copy.name))
    .filter((version) => version !== undefined);
  const named = [
    present,
    status?.current,
    status?.target,
    ...(status?.granted ?? []).map(({ version }) => version),
    ...consumers.map(({ holds }) => holds),
  ].filter((version) => version !== undefined);
  return [...new Set([...owned, ...named])]
    .filter((version) => {
      const copy = stores.configMaps.get(keyOf({ namespace, name: copyName(configMap, version) }));
      return copy?.isCopy === true && !copy.deleting;
    })
    .map((version) => ({ version, owned: owned.includes(version) }));
};
