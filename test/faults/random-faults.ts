import type { Faults, RequestFault, WatchFault } from './fault.ts';
import { pick } from './random.ts';

/** How often things go wrong: shares of requests, and of pieces of watches, from 0 to 1. */
export interface Rates {
  refused: number;
  delayed: number;
  cutBefore: number;
  /** Shares of writes alone: a read whose answer is lost is no worse than one that was cut before. */
  cutAfter: number;
  torn: number;
  expired: number;
}

/** About every fifth write fails in one way or another, and every twentieth event is the last of its watch. */
export const ROUGH: Rates = {
  refused: 0.1,
  delayed: 0.1,
  cutBefore: 0.04,
  cutAfter: 0.08,
  torn: 0.03,
  expired: 0.02,
};

const MAX_DELAY_MS = 300;

const refusal = (random: () => number, isWrite: boolean): RequestFault => {
  // A read cannot conflict.
  const status = isWrite ? pick(random, [409, 429, 500, 503]) : pick(random, [429, 500, 503]);
  return { kind: 'refuse', status, ...(status === 429 ? { retryAfterSeconds: pick(random, [0, 1]) } : {}) };
};

/** Faults by chance. What happens to the nth request is the same for a seed; which request that is, is not. */
export const randomFaults = (random: () => number, rates: Rates): Faults => ({
  onRequest: ({ isWrite }) => {
    let drawn = random();
    const isDrawn = (share: number): boolean => {
      const is = drawn >= 0 && drawn < share;
      drawn -= share;
      return is;
    };
    if (isDrawn(rates.refused)) return refusal(random, isWrite);
    if (isDrawn(rates.delayed)) return { kind: 'delay', ms: random() * MAX_DELAY_MS };
    if (isDrawn(rates.cutBefore)) return { kind: 'cut', moment: 'before' };
    if (isDrawn(rates.cutAfter) && isWrite) return { kind: 'cut', moment: 'after' };
    return undefined;
  },
  onEvent: (): WatchFault | undefined => {
    const drawn = random();
    if (drawn < rates.torn) return 'tear';
    return drawn < rates.torn + rates.expired ? 'expire' : undefined;
  },
});
