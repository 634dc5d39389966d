import { consumerId, grantedVersion } from '../../api/grants.ts';
import { versionAmong } from '../../api/version.ts';
import { judgeBlueGreen } from '../../plan/rollout/judge-blue-green.ts';
import type { ConsumerState, ConsumerView } from '../../plan/rollout/types.ts';
import { keyOf } from '../../runtime/store.ts';
import { desiredOf } from '../desired.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import type { RolloutContext } from './context.ts';
import { heldVersion } from './governor.ts';
import { selects } from './selects.ts';

type Context = Pick<RolloutContext, 'stores' | 'configs' | 'rollout'>;

/** The BlueGreens that a rollout selects and that name its ConfigMap. */
export const blueGreenConsumers = (context: Context): ConsumerView[] => {
  const { stores, rollout } = context;
  const { source, consumers } = rollout.spec;
  const key = keyOf({ namespace: rollout.namespace, name: source.configMap });
  return stores.blueGreens
    .byIndex('ConfigMap', key)
    .filter(({ deleting, labels }) => !deleting && selects(consumers.selector, labels ?? {}))
    .map((bluegreen) => viewConsumer(context, bluegreen))
    .filter((view) => view !== undefined);
};

const viewConsumer = (context: Context, bluegreen: CachedBlueGreen): ConsumerView | undefined => {
  const { stores, rollout } = context;
  const { status, name } = bluegreen;
  const id = consumerId('BlueGreen', name);
  const granted = rollout.status && grantedVersion(rollout.status, id);
  const active = status?.active;
  // What it has cannot be told yet, and it must not be given anything else by mistake.
  if (granted === undefined && active !== undefined && recordOf(context, bluegreen, active) === undefined)
    return undefined;
  const holds = heldVersion(stores, bluegreen, rollout.spec.source.configMap);
  const version = granted ?? holds ?? rollout.status?.current;
  const state: ConsumerState =
    version === undefined
      ? { kind: 'working', message: 'its version', limited: false }
      : judge(context, bluegreen, version);
  return { id, holds, state, busy: status?.release !== undefined || bluegreen.spec.paused };
};

/** How a BlueGreen is with a version. */
export const judge = (context: Context, bluegreen: CachedBlueGreen, version: string): ConsumerState =>
  judgeBlueGreen({
    bluegreen,
    version,
    desired: () => desiredOf(context.stores, context.configs, bluegreen).revision,
    versionOf: (revision) => {
      const record = recordOf(context, bluegreen, revision);
      return record && versionAmong(context.rollout.spec.source.configMap, record.copies);
    },
  });

const recordOf = ({ stores }: Context, { namespace, name }: CachedBlueGreen, revision: string) =>
  stores.records.byIndex('bluegreen', keyOf({ namespace, name })).find((record) => record.revision === revision);
