import type { BlueGreenStatus } from '../../api/bluegreen.ts';

/**
 * Ids of the measurements that are still asked for: the next one of each check, as long as its release is under way.
 * Those before it are in the counts.
 */
export const openMeasurements = (status: BlueGreenStatus | undefined): Set<string> => {
  const { checks, release } = status ?? {};
  if (checks === undefined || release?.revision !== checks.revision) return new Set();
  const { run, stage, results } = checks;
  const ids = results.map(
    ({ name, passed, failed, inconclusive }) => `${run}/${stage}/${name}/${passed + failed + inconclusive}`,
  );
  return new Set(ids);
};
