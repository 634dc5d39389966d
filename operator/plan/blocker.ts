import { SLOTS, deploymentName } from '../api/names.ts';
import type { Problem } from './draft.ts';
import type { Snapshot } from './types.ts';

/** What stands in the way of doing anything at all: a Service that is missing, a Deployment that is somebody else's. */
export const findBlocker = (snapshot: Snapshot): Problem | undefined => {
  const { spec, name } = snapshot.bluegreen;
  const missing: string[] = [];
  if (snapshot.services.active === undefined) missing.push(`${spec.services.active} (spec.services.active)`);
  if (spec.services.preview !== undefined && snapshot.services.preview === undefined) {
    missing.push(`${spec.services.preview} (spec.services.preview)`);
  }
  if (missing.length > 0) {
    return { reason: 'InvalidReference', message: `Service ${missing.join(' and ')} does not exist` };
  }
  const foreign = SLOTS.find((slot) => snapshot.slots[slot]?.foreign);
  if (foreign !== undefined) {
    const deployment = deploymentName(name, foreign);
    return {
      reason: 'NameTaken',
      message: `Deployment ${deployment} is not owned by this BlueGreen; rename or delete it`,
    };
  }
  return undefined;
};
