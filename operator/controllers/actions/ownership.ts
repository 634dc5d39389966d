import type { BlueGreen } from '../../api/bluegreen.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { BLUE_GREENS } from '../resources.ts';
import { StaleViewError } from './context.ts';
import type { BlueGreenContext } from './context.ts';

/**
 * Asks the API server whether the BlueGreen is still there, before an object that exists is made to depend on it. The
 * cache may be old: with `--cascade=orphan` the object's owners have just been taken away so that it stays, and an
 * owner that is gone would have it collected (Kubernetes' own controllers ask in the same way before they adopt).
 */
export const expectAlive = async ({ client, bluegreen, signal }: BlueGreenContext): Promise<void> => {
  const { namespace, name, uid } = bluegreen;
  const { metadata } = await client.get<BlueGreen>(resourcePath(BLUE_GREENS, { namespace, name }), { signal });
  if (metadata.uid !== uid) throw new StaleViewError(`BlueGreen ${name} to be ${uid}`, metadata.uid ?? 'none');
  if (metadata.deletionTimestamp !== undefined)
    throw new StaleViewError(`BlueGreen ${name} to stay`, 'it being deleted');
};
