import type { V1Deployment, V1StatefulSet } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import { grantedVersion, parseConsumer } from '../../api/grants.ts';
import type { ConsumerState } from '../../plan/rollout/types.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { Resource } from '../../runtime/resource.ts';
import { StaleViewError } from '../actions/context.ts';
import { BLUE_GREENS, DEPLOYMENTS, STATEFUL_SETS } from '../resources.ts';
import { viewBlueGreen } from '../views/blue-green.ts';
import { viewDeployment, viewStatefulSet } from '../views/workload.ts';
import { judge } from './blue-green-consumers.ts';
import type { RolloutContext } from './context.ts';
import { judgeCached } from './workload-consumers.ts';

/** Consumers that are read at the same time. */
const BATCH = 8;

/** Reads consumers live, and refuses unless each is healthy with the version that it was granted. */
export const confirm = async (context: RolloutContext, consumers: readonly string[]): Promise<void> => {
  for (let start = 0; start < consumers.length; start += BATCH) {
    await Promise.all(consumers.slice(start, start + BATCH).map((id) => confirmOne(context, id)));
  }
};

const confirmOne = async (context: RolloutContext, id: string): Promise<void> => {
  const { status } = context.rollout;
  const version = status && grantedVersion(status, id);
  if (version === undefined) return;
  try {
    const state = await liveState(context, id, version);
    if (state.kind !== 'healthy')
      throw new StaleViewError(`${id} to be healthy with version ${version}`, state.message);
  } catch (error) {
    // One that is gone holds nobody up.
    if (!isNotFound(error)) throw error;
  }
};

const liveState = async (context: RolloutContext, id: string, version: string): Promise<ConsumerState> => {
  const { client, rollout, signal } = context;
  const { namespace, spec } = rollout;
  const { kind, name } = parseConsumer(id);
  const read = <T>(resource: Resource): Promise<T> =>
    client.get<T>(resourcePath(resource, { namespace, name }), { signal });
  if (kind === 'BlueGreen') return judge(context, viewBlueGreen(await read<BlueGreen>(BLUE_GREENS)), version);
  const workload =
    kind === 'Deployment'
      ? viewDeployment(await read<V1Deployment>(DEPLOYMENTS))
      : viewStatefulSet(await read<V1StatefulSet>(STATEFUL_SETS));
  // It has opted out.
  return workload === undefined ? { kind: 'healthy' } : judgeCached(workload, spec.source.configMap, version);
};
