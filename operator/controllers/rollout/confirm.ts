import type { BlueGreen } from '../../api/bluegreen.ts';
import { grantedVersion, parseConsumer } from '../../api/grants.ts';
import type { ConsumerState } from '../../plan/rollout/types.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { StaleViewError } from '../actions/context.ts';
import { BLUE_GREENS } from '../resources.ts';
import { viewBlueGreen } from '../views/blue-green.ts';
import { judge } from './blue-green-consumers.ts';
import type { RolloutContext } from './context.ts';

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
  const { namespace } = rollout;
  const { name } = parseConsumer(id);
  const path = resourcePath(BLUE_GREENS, { namespace, name });
  return judge(context, viewBlueGreen(await client.get<BlueGreen>(path, { signal })), version);
};
