import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { ConnectionError, isConflict, isOutOfOrder } from './errors.ts';
import type { Logger } from './log.ts';
import type { ReconcileOutcome, RuntimeMetrics } from './metrics.ts';
import type { Pulses } from './pulses.ts';
import { WorkQueue } from './queue.ts';
import { ReconcileScope } from './reconcile-scope.ts';

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
  /** How soon a key is to have its turn when many wait, the lower the sooner. Default: first come, first served. */
  rankOf?: (key: string) => number;
  log: Logger;
  metrics: RuntimeMetrics;
  clock?: Clock;
  /** Gives each run its id. Default: nobody asks for it. */
  scope?: ReconcileScope;
  /** Learns of reconciles that do not end. */
  pulses?: Pulses;
}

/** When the API server cannot be reached, keys wait no longer than this, to catch up soon after it is back. */
const MAX_CONNECTION_RETRY_MS = 5000;

/** What made a conflict is seen soon; many in a row, each after some progress, must not add up to a long wait. */
const MAX_CONFLICT_RETRY_MS = 1000;

/** Runs reconciles for keys: each key by one worker at a time, and again after a failure, later and later. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #queue: WorkQueue;
  readonly #scope: ReconcileScope;

  constructor(options: ControllerOptions) {
    const { name, metrics, workers = 1 } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#scope = options.scope ?? new ReconcileScope();
    this.#queue = new WorkQueue({ name, metrics, clock: this.#clock, rankOf: options.rankOf });
    metrics.maxConcurrentReconciles.set({ controller: name }, workers);
    metrics.activeWorkers.set({ controller: name }, 0);
    metrics.reconcileErrors.inc({ controller: name }, 0);
  }

  /** Something about that key may have changed. Keys may come before `run`. */
  enqueue(key: string): void {
    this.#queue.add(key);
  }

  /** Come back to that key then, at the latest. */
  enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  /**
   * Works until the signal aborts, which reconciles in progress are told by theirs; resolves when the last one has
   * stopped. A controller runs once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => void this.#queue.shutDown();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.all(Array.from({ length: this.#options.workers ?? 1 }, () => this.#work(signal)));
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      const taken = key;
      const pulse = this.#options.pulses?.start(`the reconcile of ${this.#options.name} ${key}`);
      await this.#scope.run(() => this.#reconcile(taken, signal));
      pulse?.stop();
      this.#queue.done(key);
    }
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const { name, metrics, reconcile } = this.#options;
    const startedAt = this.#clock.elapsed();
    metrics.activeWorkers.inc({ controller: name });
    let outcome: ReconcileOutcome;
    try {
      outcome = this.#settle(key, await reconcile(key, signal));
    } catch (error) {
      outcome = this.#fail(key, error, signal);
    }
    metrics.activeWorkers.dec({ controller: name });
    metrics.reconcileTotal.inc({ controller: name, result: outcome });
    metrics.reconcileSeconds.observe({ controller: name }, (this.#clock.elapsed() - startedAt) / 1000);
  }

  #settle(key: string, result: ReconcileResult | undefined): ReconcileOutcome {
    this.#queue.forget(key);
    if (result?.requeueAfterMs === undefined) return 'success';
    this.#queue.addAfter(key, result.requeueAfterMs);
    return 'requeue_after';
  }

  #fail(key: string, error: unknown, signal: AbortSignal): ReconcileOutcome {
    const { name, metrics, log } = this.#options;
    // Being stopped is no failure.
    if (signal.aborted) return 'requeue';
    if (isConflict(error)) {
      this.#queue.addRateLimited(key, MAX_CONFLICT_RETRY_MS);
      // The cache was behind; that is what preconditions are for.
      log.debug({ controller: name, key, reason: error.message }, 'Reconcile met a conflict, will try again');
      return 'requeue';
    }
    metrics.reconcileErrors.inc({ controller: name });
    const failures = this.#queue.failures(key) + 1;
    if (error instanceof ConnectionError) {
      // Not the key's fault: it is tried soon, and said loudly once, or every key would say so every time.
      this.#queue.addRateLimited(key, MAX_CONNECTION_RETRY_MS);
      const level = failures === 1 ? 'warn' : 'debug';
      log[level]({ controller: name, key, failures, reason: error.message }, 'Reconcile was cut off, will try again');
      return 'error';
    }
    if (isOutOfOrder(error)) this.#queue.addRateLimited(key, MAX_CONNECTION_RETRY_MS);
    else this.#queue.addRateLimited(key);
    log.error({ controller: name, key, failures, err: error }, 'Reconcile failed, will try again');
    return 'error';
  }
}
