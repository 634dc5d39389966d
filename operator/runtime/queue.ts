import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { WaitingKeys } from './waiting-keys.ts';

export interface WorkQueueOptions {
  /** The label `name` of the metrics. */
  name: string;
  metrics: RuntimeMetrics;
  clock?: Clock | undefined;
  /** Delay after the first failure of a key; doubled with each further one. Default: 5 ms, as client-go. */
  baseDelayMs?: number;
  /** Default: 60 s (client-go: 1000 s), since a person may be waiting for the retry. */
  maxDelayMs?: number;
  /** How soon a key is to be handed out, the lower the sooner; asked when it begins to wait. Default: first come, first served. */
  rankOf?: ((key: string) => number) | undefined;
}

/** A delayed add. */
interface Delayed {
  dueMs: number;
  cancel: () => void;
}

/**
 * Keys that wait to be worked on, with the semantics of controller-runtime's queue: a key waits at most once, no two
 * workers have the same key, and a key added while it is worked on comes again when that is done. As there, keys can
 * have priorities.
 */
export class WorkQueue {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #metrics: RuntimeMetrics;
  readonly #baseDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #rankOf: (key: string) => number;
  /** Keys to be handed out. */
  readonly #waiting = new WaitingKeys();
  /** Keys that workers have, with the time since when. */
  readonly #working = new Map<string, number>();
  /** Keys that were added while a worker had them. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  /** Workers that wait for a key. */
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(options: WorkQueueOptions) {
    this.#name = options.name;
    this.#clock = options.clock ?? systemClock;
    this.#metrics = options.metrics;
    this.#baseDelayMs = options.baseDelayMs ?? 5;
    this.#maxDelayMs = options.maxDelayMs ?? 60_000;
    this.#rankOf = options.rankOf ?? (() => 0);
    this.#watchWorkers();
    this.#metrics.queueDepth.set({ name: this.#name }, 0);
  }

  /** Keys that could be handed out now. */
  get length(): number {
    return this.#waiting.size;
  }

  /** Adds a key unless it waits already. */
  add(key: string): void {
    if (this.#closed || this.#waiting.has(key) || this.#again.has(key)) return;
    this.#metrics.queueAdds.inc({ name: this.#name });
    if (this.#working.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#wait(key);
  }

  /** Adds a key after a delay; of several delays of the same key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#clock.elapsed() + delayMs;
    const earlier = this.#delayed.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    earlier?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** Adds a key after a delay that doubles each time until it is forgotten. */
  addRateLimited(key: string, maxDelayMs = this.#maxDelayMs): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#metrics.queueRetries.inc({ name: this.#name });
    this.addAfter(key, Math.min(this.#baseDelayMs * 2 ** failures, maxDelayMs));
  }

  /** How often a key has failed since it was last forgotten. */
  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** A key's next failure counts as its first again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key, when there is one; undefined once the queue is shut down. Every key taken must be given to done. */
  take(): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) {
        resolve(undefined);
        return;
      }
      this.#takers.push(resolve);
      this.#hand();
    });
  }

  /** The worker has finished with a key. */
  done(key: string): void {
    const since = this.#working.get(key);
    if (since === undefined) return;
    this.#working.delete(key);
    this.#metrics.workSeconds.observe({ name: this.#name }, this.#secondsSince(since));
    if (this.#again.delete(key)) this.#wait(key);
    if (this.#working.size === 0) this.#onDrained?.();
  }

  /**
   * Takes no more keys, drops those that wait, and resolves when every worker is done with the one it has. (client-go
   * still hands out what waits; here a stop must not be put off by a long queue, and the next leader starts from all
   * objects anyway.)
   */
  shutDown(): Promise<void> {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#again.clear();
    this.#waiting.clear();
    this.#metrics.queueDepth.set({ name: this.#name }, 0);
    for (const taker of this.#takers.splice(0)) taker(undefined);
    if (this.#working.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  #wait(key: string): void {
    this.#waiting.add(key, this.#rankOf(key), this.#clock.elapsed());
    this.#hand();
  }

  /** Gives waiting keys to waiting workers. */
  #hand(): void {
    while (this.#takers.length > 0) {
      const next = this.#waiting.take();
      if (next === undefined) break;
      const { key, since } = next;
      const taker = this.#takers.shift();
      this.#working.set(key, this.#clock.elapsed());
      this.#metrics.queueSeconds.observe({ name: this.#name }, this.#secondsSince(since));
      taker?.(key);
    }
    this.#metrics.queueDepth.set({ name: this.#name }, this.#waiting.size);
  }

  #secondsSince(elapsedMs: number): number {
    return (this.#clock.elapsed() - elapsedMs) / 1000;
  }

  /** Lets the two metrics about keys in work be computed when they are read. */
  #watchWorkers(): void {
    this.#metrics.onCollect(() => {
      const seconds = [...this.#working.values()].map((since) => this.#secondsSince(since));
      const sum = seconds.reduce((total, value) => total + value, 0);
      this.#metrics.unfinishedWorkSeconds.set({ name: this.#name }, sum);
      this.#metrics.longestRunningSeconds.set({ name: this.#name }, Math.max(0, ...seconds));
    });
  }
}
