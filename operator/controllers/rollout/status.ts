import type { ConfigRollout, ConfigRolloutStatus } from '../../api/configrollout.ts';
import { canonicalJson } from '../../api/hash.ts';
import { API_VERSION } from '../../api/names.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { CONFIG_ROLLOUTS } from '../resources.ts';
import { viewRollout } from '../views/config-rollout.ts';
import type { RolloutContext } from './context.ts';

/** Writes the status if it differs from the one on record. Resolves to whether the object changed. */
export const writeRolloutStatus = async (
  { client, stores, rollout, signal }: RolloutContext,
  status: ConfigRolloutStatus,
): Promise<boolean> => {
  const { namespace, name, uid, resourceVersion } = rollout;
  if (canonicalJson(status) === canonicalJson(rollout.status)) return false;
  const body = {
    apiVersion: API_VERSION,
    kind: 'ConfigRollout',
    metadata: { namespace, name, uid, resourceVersion },
    status,
  };
  const path = resourcePath(CONFIG_ROLLOUTS, { namespace, name, subresource: 'status' });
  const view = viewRollout(await client.update<ConfigRollout>(path, body, { signal }));
  // The consumers act on this at once.
  stores.configRollouts.assume(view);
  return view.resourceVersion !== resourceVersion;
};
