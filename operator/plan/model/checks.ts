import type { Check, CheckVerdict } from '../../api/checks.ts';

const check = (name: string, numbers: Partial<Check> = {}): Check => ({
  name,
  count: 1,
  intervalSeconds: 10,
  failuresAllowed: 0,
  inconclusiveAllowed: 1,
  http: { path: '/', scheme: 'HTTP', method: 'GET', headers: [], expect: { statuses: ['2xx'] } },
  ...numbers,
});

/** The lists of checks that a spec can have; their index stands in the script. */
export const CHECKS: readonly (readonly Check[])[] = [
  [],
  [check('a')],
  [check('a', { count: 2, intervalSeconds: 5 }), check('b', { failuresAllowed: 1, inconclusiveAllowed: 0 })],
];

/** The list of checks of that index. */
export const checksOf = (index: number): Check[] => [...(CHECKS[index] ?? [])];

/** What measurements can say. */
export const VERDICTS: readonly CheckVerdict[] = ['pass', 'fail', 'inconclusive'];
