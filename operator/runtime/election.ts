import type { ApiClient } from './client.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { LeaseClient } from './lease-client.ts';
import type { LeaseAnswer } from './lease-client.ts';
import { failureFields } from './log.ts';
import type { Logger } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';
import { Watchdog } from './watchdog.ts';

export interface LeaderElectorOptions {
  client: Pick<ApiClient, 'get' | 'create' | 'update'>;
  /** Where the Lease is. */
  namespace: string;
  name: string;
  /** Who this is; must differ between any two processes, also between two runs of the same pod. */
  identity: string;
  log: Logger;
  metrics: RuntimeMetrics;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** How long others respect a lease that is not renewed. Default: 15 s. */
  leaseDurationMs?: number;
  /** How long the leader goes on without a successful renewal. Default: 10 s. */
  renewDeadlineMs?: number;
  /** Time between tries. Default: 2 s. */
  retryPeriodMs?: number;
}

/** The lease could not be renewed in time, or someone else holds it: what was led has been told to stop. */
export class LeadershipLostError extends Error {
  readonly code = 'LEADERSHIP_LOST';

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LeadershipLostError';
  }
}

/** Candidates wait up to so much longer than the retry period, so that they do not all come at once (client-go). */
const JITTER = 0.2;

/** Lets one of several processes lead, by a coordination.k8s.io/v1 Lease. The numbers are those of client-go. */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #lease: LeaseClient;
  readonly #clock: Clock;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  /** When the last successful write of the lease was begun. */
  #renewedAtMs = 0;

  constructor(options: LeaderElectorOptions) {
    const { client, namespace, name, identity, leaseDurationMs = 15_000 } = options;
    const { renewDeadlineMs = 10_000, retryPeriodMs = 2000 } = options;
    if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs * (1 + JITTER))) {
      throw new RangeError(
        `Expected lease duration > renew deadline > ${1 + JITTER} × retry period, found ${leaseDurationMs}, ${renewDeadlineMs}, ${retryPeriodMs} ms`,
      );
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#leaseDurationMs = leaseDurationMs;
    this.#renewDeadlineMs = renewDeadlineMs;
    this.#retryPeriodMs = retryPeriodMs;
    this.#lease = new LeaseClient({ client, namespace, name, identity, leaseDurationMs, clock: this.#clock });
    options.metrics.leader.set({ name }, 0);
  }

  /**
   * Waits for the lease, then calls `lead` with a signal that aborts when `signal` does or when leadership is lost.
   * While `lead` winds up, the lease is kept; it is given up only after `lead` has ended.
   *
   * Resolves when all that is done; rejects with `lead`'s own error, or with LeadershipLostError. After the latter the
   * process should end, or stand again by another `run`.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { log, metrics, name, identity } = this.#options;
    if (!(await this.#acquire(signal))) return;
    log.info({ lease: name, identity }, 'Leading');
    metrics.leader.set({ name }, 1);
    try {
      await this.#lead(signal, lead);
    } finally {
      metrics.leader.set({ name }, 0);
    }
  }

  /** False when the signal aborted first. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { log, name, random = Math.random } = this.#options;
    let told: string | undefined;
    while (!signal.aborted) {
      try {
        if ((await this.#write((limit) => this.#lease.acquire(limit), signal)) === 'held') return true;
        if (told !== this.#lease.holder) {
          told = this.#lease.holder;
          log.info({ lease: name, holder: told }, 'Waiting for the lease');
        }
      } catch (error) {
        if (!signal.aborted) log.warn({ lease: name, ...failureFields(error) }, 'Cannot get the lease, will try again');
      }
      await sleep(this.#clock, this.#retryPeriodMs * (1 + JITTER * random()), signal).catch(() => {});
    }
    return false;
  }

  async #lead(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const leading = new AbortController();
    const renewing = new AbortController();
    const onAbort = (): void => leading.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const work = lead(leading.signal);
      const ended = work.then(
        () => undefined,
        () => undefined,
      );
      const renewal = this.#keep(renewing.signal);
      const lost = await Promise.race([renewal, ended]);
      if (lost !== undefined) {
        this.#options.metrics.leader.set({ name: this.#options.name }, 0);
        leading.abort(lost);
        // Work that does not stop must not hold up the end of the process until another leads.
        const grace = sleep(this.#clock, this.#leaseDurationMs - this.#renewDeadlineMs, renewing.signal);
        await Promise.race([ended, grace.catch(() => {})]);
        throw lost;
      }
      renewing.abort();
      await renewal;
      await this.#release();
      await work;
    } finally {
      renewing.abort();
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Renews until the signal aborts; the result is why that came to an end otherwise. */
  async #keep(signal: AbortSignal): Promise<LeadershipLostError | undefined> {
    const { log, name, identity } = this.#options;
    let failure: unknown;
    for (;;) {
      await sleep(this.#clock, Math.min(this.#retryPeriodMs, this.#leftMs()), signal).catch(() => {});
      if (signal.aborted) return undefined;
      if (this.#leftMs() <= 0) {
        return new LeadershipLostError(`Lease ${name} was not renewed within ${this.#renewDeadlineMs} ms`, failure);
      }
      try {
        const answer = await this.#write((limit) => this.#lease.renew(limit), signal, this.#leftMs());
        const { holder } = this.#lease;
        if (answer === 'taken' && holder !== '' && holder !== identity) {
          return new LeadershipLostError(`Lease ${name} is held by ${holder}`);
        }
      } catch (error) {
        failure = error;
        if (!signal.aborted)
          log.warn({ lease: name, ...failureFields(error) }, 'Cannot renew the lease, will try again');
      }
    }
  }

  /** How long the lease may still be counted on without another renewal. */
  #leftMs(): number {
    return this.#renewedAtMs + this.#renewDeadlineMs - this.#clock.elapsed();
  }

  /** Does one write in limited time. */
  async #write(
    write: (limit: AbortSignal) => Promise<LeaseAnswer>,
    signal: AbortSignal,
    leftMs = Number.POSITIVE_INFINITY,
  ): Promise<LeaseAnswer> {
    const begunAtMs = this.#clock.elapsed();
    const answer = await this.#limited(write, signal, leftMs);
    // Others see the write after it was begun: counted from here, their patience ends later than ours.
    if (answer === 'held') this.#renewedAtMs = begunAtMs;
    return answer;
  }

  async #release(): Promise<void> {
    const { log, name } = this.#options;
    try {
      await this.#limited((limit) => this.#lease.release(limit), new AbortController().signal, this.#leftMs());
      log.info({ lease: name }, 'Released the lease');
    } catch (error) {
      log.warn({ lease: name, ...failureFields(error) }, 'Cannot release the lease, it will end by itself');
    }
  }

  async #limited<T>(run: (limit: AbortSignal) => Promise<T>, signal: AbortSignal, leftMs: number): Promise<T> {
    // Half the renew deadline, so that a dead connection leaves time for a second try.
    const watchdog = new Watchdog(this.#clock, Math.min(this.#renewDeadlineMs / 2, leftMs), signal);
    try {
      return await run(watchdog.signal);
    } finally {
      watchdog.stop();
    }
  }
}
