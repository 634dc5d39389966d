import { type Check, type CheckPhase, type CheckStatus, MAX_ANSWER_LENGTH } from '../../api/checks.ts';
import type { MeasurementView } from '../types.ts';

type Ended = Extract<MeasurementView, { state: 'done' }>;

const COUNTED = { pass: 'passed', fail: 'failed', inconclusive: 'inconclusive' } as const;

const shortened = (text: string): string =>
  text.length > MAX_ANSWER_LENGTH ? `${text.slice(0, MAX_ANSWER_LENGTH - 1)}…` : text;

/** How many measurements a check has had; that is also the number of its next one. */
export const measurementsOf = ({ passed, failed, inconclusive }: CheckStatus): number => passed + failed + inconclusive;

/**
 * Where a check stands by its counts. While `isOpen`, more measurements are asked for however many have passed. What is
 * not a pass never becomes one: too many inconclusive measurements fail the check.
 */
export const phaseOf = (check: Check, result: CheckStatus, isOpen: boolean, isRunning: boolean): CheckPhase => {
  if (result.failed > check.failuresAllowed || result.inconclusive > check.inconclusiveAllowed) return 'Failed';
  if (result.passed >= check.count && !isOpen) return 'Passed';
  return isRunning || measurementsOf(result) > 0 ? 'Running' : 'Pending';
};

/** The result with one more measurement in it. */
export const fold = (result: CheckStatus, { verdict, message, at }: Ended): CheckStatus => {
  const counted = COUNTED[verdict];
  return { ...result, [counted]: result[counted] + 1, last: shortened(message), lastAt: at };
};
