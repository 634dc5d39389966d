import { describe, expect, test } from '@jest/globals';
import { hunt } from './model/hunt.ts';
import { huntSideBySide } from './model/hunters.ts';
import { GATE_MUTANTS } from './model/mutants-gates.ts';
import { MUTANTS } from './model/mutants.ts';
import { REGRESSIONS } from './model/regressions.ts';
import { replay } from './model/replay.ts';
import { plan } from './plan.ts';

/**
 * The same histories in every run, so that a failure is always the fault of a change. To look for new ones, set
 * RELEVO_PROPERTY_RUNS to more histories and RELEVO_PROPERTY_SEED to another number.
 */
const RUNS = Number(process.env['RELEVO_PROPERTY_RUNS'] ?? (process.env['CI'] === 'true' ? 100_000 : 1_000));
const SEED = Number(process.env['RELEVO_PROPERTY_SEED'] ?? 20_261_122);
/** Far more than a history takes, for machines that are busy with other things. */
const MS_PER_RUN = 20;
/** A mutant that lives longer than this is not found. */
const MUTANT_RUNS = 3_000;
const MUTANT_SEED = 1;

describe('plan', () => {
  test.each(Object.entries(REGRESSIONS))('%s', (_, script) => {
    expect(() => replay(plan, script)).not.toThrow();
  });

  test(
    `keeps every promise in ${RUNS} random histories (seed ${SEED})`,
    async () => {
      const stop = new AbortController();
      try {
        const answers = await huntSideBySide({ runs: RUNS, seed: SEED }, stop.signal);
        expect(answers.find(({ report }) => report !== undefined)?.report ?? 'kept').toBe('kept');
        expect(answers.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThanOrEqual(RUNS);
      } finally {
        stop.abort();
      }
    },
    60_000 + RUNS * MS_PER_RUN,
  );
});

describe('a plan that', () => {
  test.each(Object.entries({ ...MUTANTS, ...GATE_MUTANTS }))(
    '%s is found out',
    (_, mutate) => {
      expect(hunt(mutate(plan), { runs: MUTANT_RUNS, seed: MUTANT_SEED }).found).toBeDefined();
    },
    60_000,
  );
});
