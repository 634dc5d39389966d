import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';

/** When to come back to a key although nothing changed. */
export interface ReconcileResult {
  requeueAfterMs?: number | undefined;
}

export interface ControllerOptions {
  /** The label `controller` (and `name` of the queue's metrics). */
  name: string;
  /** Keys worked on at the same time. Default: 1. */
  workers?: number;
  /** Brings the object with that key closer to what is asked for. It may throw: the key is tried again later. */
  reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult | undefined>;
  log: Logger;
  metrics: RuntimeMetrics;
  clock?: Clock;
}

/** Runs reconciles for keys, each key at most once at a time, with retries. */
export class Controller {
  constructor(_options: ControllerOptions) {
    throw new Error('not yet');
  }

  /** Something about that key may have changed. */
  enqueue(_key: string): void {}

  enqueueAfter(_key: string, _delayMs: number): void {}

  /** Works until the signal aborts; resolves when the last worker has stopped. */
  run(_signal: AbortSignal): Promise<void> {
    throw new Error('not yet');
  }
}
