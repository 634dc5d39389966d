import type { StepName } from '../api/bluegreen.ts';
import type { CachedBlueGreen } from './views/blue-green.ts';

/**
 * The lower, the sooner it has its turn when many wait. What is on its way is finished before something else begins: a
 * change to all goes live one after another, not for all at the end, and clients that are being moved wait for nobody.
 */
const RANKS: Record<StepName, number> = {
  Switching: 0,
  Overlapping: 0,
  Abandoning: 0,
  Verifying: 0,
  Scaling: 1,
  AwaitingPromotion: 1,
  Checking: 1,
  Soaking: 1,
  Filling: 2,
  Retiring: 2,
  Waiting: 3,
  Stable: 3,
};

/** How soon a BlueGreen is to have its turn. */
export const rankOf = (bluegreen: Pick<CachedBlueGreen, 'status'> | undefined): number =>
  RANKS[bluegreen?.status?.step.name ?? 'Stable'];
