import type { Clock } from './clock.ts';
import type { RuntimeMetrics } from './metrics.ts';

export interface WorkQueueOptions {
  /** The label `name` of the metrics. */
  name: string;
  metrics: RuntimeMetrics;
  clock?: Clock;
  /** Delay after the first failure of a key; doubled with each further one. Default: 5 ms, as client-go. */
  baseDelayMs?: number;
  /** Default: 60 s (client-go: 1000 s), since a person may be waiting for the retry. */
  maxDelayMs?: number;
}

/** Keys that wait to be worked on: each at most once, and never by two workers at the same time. */
export class WorkQueue {
  constructor(_options: WorkQueueOptions) {
    throw new Error('not yet');
  }

  add(_key: string): void {}
  addAfter(_key: string, _delayMs: number): void {}
  addRateLimited(_key: string): void {}
  forget(_key: string): void {}
  take(): Promise<string | undefined> {
    throw new Error('not yet');
  }
  done(_key: string): void {}
  shutDown(): Promise<void> {
    throw new Error('not yet');
  }
}
