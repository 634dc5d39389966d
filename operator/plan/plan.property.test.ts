import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { histories } from './model/arbitrary.ts';
import { BrokenPromise } from './model/broken-promise.ts';
import type { Command } from './model/commands.ts';
import { MUTANTS } from './model/mutants.ts';
import type { Planner } from './model/process.ts';
import { REGRESSIONS } from './model/regressions.ts';
import { replay, report, runHistory } from './model/replay.ts';
import { shrink } from './model/shrink.ts';
import { plan } from './plan.ts';

/**
 * The same histories in every run, so that a failure is always the fault of a change. To look for new ones, set
 * RELEVO_PROPERTY_RUNS to more histories and RELEVO_PROPERTY_SEED to another number.
 */
const RUNS = Number(process.env['RELEVO_PROPERTY_RUNS'] ?? 300);
const SEED = Number(process.env['RELEVO_PROPERTY_SEED'] ?? 20_261_122);
const MOST_COMMANDS = 120;
/** A mutant that lives longer than this is not found. */
const MUTANT_RUNS = 3_000;
const MUTANT_SEED = 1;

const property = (planner: Planner): fc.IProperty<[Command[]]> =>
  fc.property(histories(MOST_COMMANDS), (commands) => runHistory(planner, commands));

/** The history that broke a promise, made short, as a script. */
const explain = (planner: Planner, { counterexample, errorInstance, seed }: fc.RunDetails<[Command[]]>): string => {
  let broken = errorInstance;
  const shortest = shrink(counterexample?.[0] ?? [], (candidate) => {
    try {
      runHistory(planner, candidate);
      return false;
    } catch (error) {
      if (!(error instanceof BrokenPromise) || !(broken instanceof BrokenPromise) || error.code !== broken.code)
        return false;
      broken = error;
      return true;
    }
  });
  if (!(broken instanceof BrokenPromise)) throw broken;
  return `seed ${seed}: ${report(broken, shortest)}`;
};

describe('plan', () => {
  test.each(Object.entries(REGRESSIONS))('%s', (_, script) => {
    expect(() => replay(plan, script)).not.toThrow();
  });

  test(
    `keeps every promise in ${RUNS} random histories (seed ${SEED})`,
    () => {
      const result = fc.check(property(plan), { numRuns: RUNS, seed: SEED, endOnFailure: true });
      expect(result.failed ? explain(plan, result) : 'kept').toBe('kept');
      expect(result.numRuns).toBe(RUNS);
    },
    30_000 + RUNS * 200,
  );
});

describe('a plan that', () => {
  test.each(Object.entries(MUTANTS))(
    '%s is found out',
    (_, mutate) => {
      const mutant = property(mutate(plan));
      const result = fc.check(mutant, { numRuns: MUTANT_RUNS, seed: MUTANT_SEED, endOnFailure: true });
      expect(result.failed).toBe(true);
      expect(result.errorInstance).toBeInstanceOf(BrokenPromise);
    },
    60_000,
  );
});
