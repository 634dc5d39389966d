/** How many tests had which end. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Jest's JSON report that is counted. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

export const EMPTY: Tally = { passed: 0, failed: 0, skipped: 0 };

export const addTallies = (tallies: readonly Tally[]): Tally => {
  const sum = { ...EMPTY };
  for (const { passed, failed, skipped } of tallies) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
};

/** What is to be counted. */
export interface RunEnd {
  /** Absent if Jest ended before it wrote one. */
  report: JestReport | undefined;
  exitCode: number;
  /** Only tests of a certain name were asked for, so most are left out and some tiers have none. */
  filtered: boolean;
}

/** Counts a run of Jest. A run that crashed, ran nothing or failed for no stated reason counts as one failure. */
export const tallyOf = ({ report, exitCode, filtered }: RunEnd): Tally => {
  if (report === undefined) return { ...EMPTY, failed: 1 };
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = filtered ? 0 : report.numPendingTests + report.numTodoTests;
  const unexplained = failed === 0 && (exitCode !== 0 || (passed === 0 && !filtered));
  return { passed, failed: unexplained ? 1 : failed, skipped };
};

/** The closing line of a test run. */
export const describeTally = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;
