import * as fc from 'fast-check';
import { histories } from './arbitrary.ts';
import { BrokenPromise } from './broken-promise.ts';
import type { Command } from './commands.ts';
import type { Planner } from './process.ts';
import { report, runHistory } from './replay.ts';
import { shrink } from './shrink.ts';

const MOST_COMMANDS = 120;

/** How many random histories, and which. */
export interface Hunt {
  runs: number;
  seed: number;
}

/** What a hunt has come to. */
export interface Bag {
  /** Histories that were run. */
  runs: number;
  /** The first history that broke a promise, if any. */
  found?: { broken: BrokenPromise; commands: readonly Command[] };
}

/**
 * Runs random histories until one breaks a promise. The same seed gives the same histories.
 *
 * @throws whatever plan throws
 */
export const hunt = (planner: Planner, { runs, seed }: Hunt): Bag => {
  const property = fc.property(histories(MOST_COMMANDS), (commands) => runHistory(planner, commands));
  const result = fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  if (!result.failed) return { runs: result.numRuns };
  const { errorInstance: broken, counterexample } = result;
  if (!(broken instanceof BrokenPromise)) throw broken;
  return { runs: result.numRuns, found: { broken, commands: counterexample?.[0] ?? [] } };
};

/** What broke, and the shortest script that replays it. */
export const explain = (planner: Planner, { broken, commands }: NonNullable<Bag['found']>): string => {
  let last = broken;
  const shortest = shrink(commands, (candidate) => {
    try {
      runHistory(planner, candidate);
      return false;
    } catch (error) {
      if (!(error instanceof BrokenPromise) || error.code !== broken.code) return false;
      last = error;
      return true;
    }
  });
  return report(last, shortest);
};
