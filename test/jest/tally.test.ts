import { expect, test } from '@jest/globals';
import { addTallies, describeTally, tallyOf } from './tally.ts';

const report = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 1,
  numRuntimeErrorTestSuites: 0,
};
const nothing = { ...report, numPassedTests: 0, numPendingTests: 0, numTodoTests: 0 };

test('a run is counted as Jest reports it', () => {
  expect(tallyOf({ report, exitCode: 0, filtered: false })).toEqual({ passed: 5, failed: 0, skipped: 3 });
});

test('a file that cannot even be loaded is a failure', () => {
  const broken = { ...report, numRuntimeErrorTestSuites: 2 };
  expect(tallyOf({ report: broken, exitCode: 1, filtered: false }).failed).toBe(2);
});

test.each([
  ['a crash', { report: undefined, exitCode: -1, filtered: false }],
  ['a run of no tests', { report: nothing, exitCode: 0, filtered: false }],
  ['a failure that no test explains', { report, exitCode: 1, filtered: false }],
])('%s is a failure', (_, end) => {
  expect(tallyOf(end).failed).toBe(1);
});

test('when tests are chosen by name, those left out count as nothing', () => {
  expect(tallyOf({ report, exitCode: 0, filtered: true })).toEqual({ passed: 5, failed: 0, skipped: 0 });
  expect(tallyOf({ report: nothing, exitCode: 0, filtered: true })).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test('the closing line sums the tiers', () => {
  const sum = addTallies([
    { passed: 5, failed: 1, skipped: 0 },
    { passed: 2, failed: 0, skipped: 4 },
  ]);
  expect(describeTally(sum)).toBe('7 passed, 1 failed, 4 skipped');
});
