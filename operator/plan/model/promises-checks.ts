import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Check, CheckStatus } from '../../api/checks.ts';
import type { Action } from '../types.ts';
import { promise } from './broken-promise.ts';
import type { Cluster } from './cluster.ts';
import type { Errand } from './process.ts';
import type { Witness } from './witness.ts';

const VERDICT = { passed: 'pass', failed: 'fail', inconclusive: 'inconclusive' } as const;
const COUNTS = ['passed', 'failed', 'inconclusive'] as const;

const measurementsOf = ({ passed, failed, inconclusive }: CheckStatus): number => passed + failed + inconclusive;

/** Whether a check's counts are those of a check that has passed. */
export const hasPassed = (check: Check, results: readonly CheckStatus[]): boolean => {
  const result = results.find(({ name }) => name === check.name);
  if (result === undefined || result.passed < check.count) return false;
  return result.failed <= check.failuresAllowed && result.inconclusive <= check.inconclusiveAllowed;
};

/** I9: what status says of checks is what measurements have said, each counted once. */
export class CheckPromises {
  readonly #cluster: Cluster;
  readonly #witness: Witness;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
  }

  /** Judges a measurement that has just begun. */
  begun({ bluegreen }: Errand, { id, stage, check: name, revision }: Extract<Action, { kind: 'measure' }>): void {
    const { spec, status } = bluegreen;
    promise(!spec.paused, 'I9', `measurement ${id} begins while spec.paused is true`);
    promise(
      revision === status?.release?.revision,
      'I9',
      `measurement ${id} is of ${revision}, the release is of ${status?.release?.revision}`,
    );
    const cut = id.lastIndexOf('/') + 1;
    const last = this.#witness.checks.answers.get(`${id.slice(0, cut)}${Number(id.slice(cut)) - 1}`);
    const checks = stage === 'Before' ? spec.checks.before : spec.checks.after.checks;
    const interval = checks.find((check) => check.name === name)?.intervalSeconds ?? 0;
    if (last === undefined) return;
    const left = last.at + interval * 1000 - this.#cluster.now - this.#witness.tolerance;
    promise(left <= 0, 'I9', `measurement ${id} begins ${left / 1000} s too early`);
  }

  /** Judges a write of status. */
  written(before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const { checks } = after;
    if (checks === undefined) return;
    const isSameRun = before?.checks?.run === checks.run;
    for (const result of checks.results) {
      const old = isSameRun ? before?.checks?.results.find(({ name }) => name === result.name) : undefined;
      this.#counted(`${checks.run}/${checks.stage}/${result.name}`, old, result);
    }
    const isNew = before?.checks === undefined || !isSameRun;
    promise(
      !isNew || !this.#witness.checks.runs.has(checks.run),
      'I9',
      `run ${checks.run} of checks begins for the second time`,
    );
    const isOther = after.release !== undefined && after.release.startedAt !== before?.release?.startedAt;
    promise(
      !isOther || isNew || after.step.name !== 'Checking',
      'I9',
      `a new release goes on with the results of run ${checks.run}`,
    );
    this.#verified(before, after);
  }

  #counted(key: string, old: CheckStatus | undefined, result: CheckStatus): void {
    const number = old === undefined ? 0 : measurementsOf(old);
    const more = measurementsOf(result) - number;
    promise(more === 0 || more === 1, 'I9', `${more} measurements of ${key} are counted at once, after ${number}`);
    for (const count of COUNTS) {
      const grown = result[count] - (old?.[count] ?? 0);
      promise(grown === 0 || (grown === 1 && more === 1), 'I9', `${key}: ${count} grows by ${grown}`);
      if (grown !== 1) continue;
      const verdicts = this.#witness.checks.answers.get(`${key}/${number}`)?.verdicts;
      promise(
        verdicts?.has(VERDICT[count]) === true,
        'I9',
        () => `${key}/${number} counts as ${count}, it answered ${[...(verdicts ?? ['nothing'])].join(', ')}`,
      );
    }
  }

  /** I10: a release that has checks after the switch is promoted when they have passed and their window is over. */
  #verified(before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const { spec } = this.#cluster.bluegreen;
    const release = before?.release;
    const isEnd = release !== undefined && after.release?.startedAt !== release.startedAt;
    const { checks } = spec.checks.after;
    const gated = before?.active !== undefined && release?.rollback !== true;
    if (!isEnd || !gated || checks.length === 0 || spec.replicas === 0) return;
    if (after.history[0]?.outcome !== 'Promoted') return;
    const { verifying } = this.#witness.checks;
    promise(verifying !== undefined, 'I10', `${release.revision} is promoted without the checks after the switch`);
    if (verifying === undefined) return;
    const left = verifying.since + verifying.seconds * 1000 - this.#cluster.now - this.#witness.tolerance;
    promise(left <= 0, 'I10', `${release.revision} is promoted ${left / 1000} s before its window is over`);
    const results = after.checks?.results ?? [];
    promise(
      after.checks?.stage === 'After' && checks.every((check) => hasPassed(check, results)),
      'I10',
      () => `${release.revision} is promoted, its checks say ${JSON.stringify(results)}`,
    );
  }
}
