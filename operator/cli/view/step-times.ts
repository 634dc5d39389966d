import type { StepName } from '../../api/bluegreen.ts';
import { duration } from '../output/duration.ts';

/** The steps in which time is spent, in the order of a release. The API server gives them in that of the alphabet. */
const ORDER: readonly StepName[] = [
  'Waiting',
  'Filling',
  'Soaking',
  'Checking',
  'AwaitingPromotion',
  'Scaling',
  'Overlapping',
  'Switching',
  'Abandoning',
  'Verifying',
  'Retiring',
];

/** `Waiting 1s`, `Filling 12s`, and so on: how long each step of a release took. */
export const stepTimes = (steps: Partial<Record<StepName, number>>): string[] =>
  ORDER.flatMap((name) => {
    const seconds = steps[name];
    return seconds === undefined ? [] : [`${name} ${duration(seconds * 1000)}`];
  });
