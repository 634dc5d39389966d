import { canonicalJson } from '../api/hash.ts';
import { API_VERSION } from '../api/names.ts';
import type { BlueGreen, BlueGreenStatus } from '../api/bluegreen.ts';
import { resourcePath } from '../runtime/resource.ts';
import type { BlueGreenContext } from './actions/context.ts';
import { BLUE_GREENS } from './resources.ts';
import { viewBlueGreen } from './views/blue-green.ts';

/** Writes the status if it differs from the one on record. Resolves to whether the object changed. */
export const writeStatus = async (
  { client, stores, bluegreen, signal }: BlueGreenContext,
  status: BlueGreenStatus,
): Promise<boolean> => {
  const { namespace, name, uid, resourceVersion } = bluegreen;
  if (canonicalJson(status) === canonicalJson(bluegreen.status)) return false;
  // Everything but the status is ignored here. A whole replacement, so that what is no longer said goes.
  const body = {
    apiVersion: API_VERSION,
    kind: 'BlueGreen',
    metadata: { namespace, name, uid, resourceVersion },
    status,
  };
  const path = resourcePath(BLUE_GREENS, { namespace, name, subresource: 'status' });
  const view = viewBlueGreen(await client.update<BlueGreen>(path, body, { signal }));
  stores.blueGreens.assume(view);
  return view.resourceVersion !== resourceVersion;
};

/**
 * Whether two statuses record the same decisions. What else they say is read off the cluster by every plan anew: counts
 * of pods, conditions, the sentence that explains a wait.
 */
export const recordsTheSame = (left: BlueGreenStatus | undefined, right: BlueGreenStatus): boolean =>
  left !== undefined && canonicalJson(decisionsOf(left)) === canonicalJson(decisionsOf(right));

const decisionsOf = ({
  active,
  target,
  step,
  release,
  rejected,
  retried,
  checks,
  history,
  slots,
}: BlueGreenStatus): unknown => ({
  active,
  target,
  step: { ...step, waitingFor: undefined },
  release,
  rejected,
  retried,
  checks,
  history,
  claims: [slots.blue?.claim, slots.green?.claim],
});
