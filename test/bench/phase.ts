import type { Waits } from './fleet.ts';
import type { OperatorUnderTest } from './operator-under-test.ts';
import { forgetPeak, readFamily, readUsage, type Usage } from './process-usage.ts';
import { countOf, countsBetween, NO_COUNTS, quantileOf, type OperatorCounts } from './reconciles.ts';

/** What was measured in one phase. Times in seconds, memory in bytes. */
export interface Phase {
  name: string;
  seconds: number;
  /** From the last request to the last BlueGreen that was Ready. */
  lagSeconds?: number;
  /** From the request to Ready, for half of the BlueGreens, for 99 of 100, and for all. */
  toReadySeconds?: { p50: number; p99: number; max: number };
  operator: { cpuSeconds: number; rss: number; peakRss: number; requests: number };
  reconciles: { count: number; p50Seconds?: number; p99Seconds?: number };
  /** Processor time of the programs beside the operator; `bench` is the stand-in kubelet and whoever asks. */
  others: Record<string, number>;
}

interface Reading {
  atMs: number;
  usage: Usage;
  counts: OperatorCounts;
  others: Record<string, number>;
}

const rankOf = (ascending: readonly number[], q: number): number =>
  (ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? 0) / 1000;

const read = async (operator: OperatorUnderTest): Promise<Reading> => ({
  atMs: performance.now(),
  counts: await operator.counts(),
  usage: await readUsage(operator.pid),
  others: await readFamily(operator.pid),
});

const readStopped = async (operator: OperatorUnderTest): Promise<Reading> => ({
  atMs: performance.now(),
  counts: NO_COUNTS,
  usage: { rss: 0, peakRss: 0, cpuSeconds: 0 },
  others: await readFamily(operator.pid),
});

/**
 * Measures the operator and all beside it while the work is done. With `restarts` the operator is stopped, and the
 * work begins with its start.
 */
export const measurePhase = async (
  name: string,
  operator: OperatorUnderTest,
  work: () => Promise<Waits | undefined>,
  { restarts = false } = {},
): Promise<Phase> => {
  if (!restarts) await forgetPeak(operator.pid);
  const before = await (restarts ? readStopped : read)(operator);
  const waits = await work();
  const after = await read(operator);
  const { reconciles, requests } = countsBetween(before.counts, after.counts);
  const [p50Seconds, p99Seconds] = [quantileOf(reconciles, 0.5), quantileOf(reconciles, 0.99)];
  return {
    name,
    seconds: (after.atMs - before.atMs) / 1000,
    ...(waits === undefined ? {} : toReady(waits)),
    operator: {
      cpuSeconds: after.usage.cpuSeconds - before.usage.cpuSeconds,
      rss: after.usage.rss,
      peakRss: after.usage.peakRss,
      requests,
    },
    reconciles: {
      count: countOf(reconciles),
      ...(p50Seconds === undefined ? {} : { p50Seconds }),
      ...(p99Seconds === undefined ? {} : { p99Seconds }),
    },
    others: Object.fromEntries(
      Object.entries(after.others).map(([program, seconds]) => [program, seconds - (before.others[program] ?? 0)]),
    ),
  };
};

const toReady = ({ askedMs, reachedMs, eachMs }: Waits): Pick<Phase, 'lagSeconds' | 'toReadySeconds'> => ({
  lagSeconds: Math.max(0, reachedMs - askedMs) / 1000,
  toReadySeconds: { p50: rankOf(eachMs, 0.5), p99: rankOf(eachMs, 0.99), max: rankOf(eachMs, 1) },
});
