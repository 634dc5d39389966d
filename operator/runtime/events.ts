import type { ApiClient } from './client.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { isNotFound } from './errors.ts';
import type { EventRecord } from './event-record.ts';
import { EventSeries, seriesKey } from './event-series.ts';
import { failureFields } from './log.ts';
import type { Logger } from './log.ts';
import { resourcePath } from './resource.ts';
import type { Resource } from './resource.ts';
import { TokenBucket } from './token-bucket.ts';
import { Watchdog } from './watchdog.ts';

export type { EventRecord, ObjectRef } from './event-record.ts';

export interface EventRecorderOptions {
  client: Pick<ApiClient, 'create' | 'patch'>;
  /** For example `relevo.dev/operator`. */
  controller: string;
  /** For example the pod's name. */
  instance: string;
  log: Logger;
  clock?: Clock;
}

const EVENTS: Resource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};

/** A series ends when it has been quiet for so long (client-go: 6 min). */
const SERIES_END_MS = 6 * 60_000;
/** The count of a series that goes on is written at most so often. */
const REFRESH_MS = 30_000;
/** More than this is not remembered: the oldest series are forgotten, new events are dropped. */
const MAX_SERIES = 4096;
/** After the stop, so long is left for what was recorded before it. */
const FLUSH_MS = 1000;

/** Writes events.k8s.io/v1 Events in the background. Nothing may depend on them: under pressure they are dropped. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #series = new Map<string, EventSeries>();
  /** Series to be written, in order. */
  readonly #pending = new Set<EventSeries>();
  /** The writes that are planned for later: what calls each off, and its series. */
  readonly #timers = new Map<() => void, EventSeries>();
  #made = 0;
  #lastMicros = 0;
  #wake: () => void = () => {};

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#bucket = new TokenBucket({ clock: this.#clock, burst: 100, perSecond: 20 });
  }

  /** Returns at once and never throws. */
  record(event: EventRecord): void {
    if (this.#pending.size >= MAX_SERIES) return;
    const now = this.#moment();
    const key = seriesKey(event);
    const known = this.#series.get(key);
    // Taken out and put back at the end, so that the map is ordered by last use.
    this.#series.delete(key);
    const goesOn = known !== undefined && now - known.lastMs < SERIES_END_MS;
    const series = goesOn ? known : new EventSeries(event, this.#options, this.#name(event, now), now);
    this.#series.set(key, series);
    if (!goesOn) {
      this.#forgetOldest();
      this.#plan(series, 0);
      return;
    }
    if (!known.isDirty) this.#plan(series, REFRESH_MS);
    known.repeat(now);
  }

  /** Sends what is recorded until the signal aborts, and for one second more what is left then. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort, { once: true });
    while (!signal.aborted) {
      await this.#sendAll(signal);
      if (!signal.aborted && this.#pending.size === 0) await this.#next();
    }
    for (const [cancel, series] of this.#timers) {
      cancel();
      this.#pending.add(series);
    }
    this.#timers.clear();
    const flush = new Watchdog(this.#clock, FLUSH_MS, new AbortController().signal);
    await this.#sendAll(flush.signal);
    flush.stop();
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    for (const series of this.#pending) {
      if (signal.aborted) return;
      try {
        const waitMs = this.#bucket.take();
        if (waitMs > 0) await sleep(this.#clock, waitMs, signal);
        await this.#send(series, signal);
        this.#pending.delete(series);
      } catch (error) {
        if (signal.aborted) return;
        this.#pending.delete(series);
        this.#series.delete(series.key);
        this.#options.log.debug(
          { event: series.name, ...failureFields(error) },
          'Cannot write an event, it is dropped',
        );
      }
    }
  }

  async #send(series: EventSeries, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const { namespace, name } = series;
    const create = (): Promise<unknown> =>
      client.create(resourcePath(EVENTS, { namespace }), series.body(), { signal });
    const isNew = series.isNew;
    const sent = isNew
      ? create()
      : client.patch(resourcePath(EVENTS, { namespace, name }), series.patch(), { type: 'merge', signal });
    // Marked before the answer: what is recorded meanwhile belongs to the next write.
    series.sent();
    try {
      await sent;
    } catch (error) {
      // The server has forgotten it: events live for an hour.
      if (isNew || !isNotFound(error)) throw error;
      await create();
    }
  }

  /** Resolves when there is something to send, or at the stop. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #plan(series: EventSeries, delayMs: number): void {
    const add = (): void => {
      this.#pending.add(series);
      this.#wake();
    };
    if (delayMs === 0) {
      add();
      return;
    }
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      add();
    });
    this.#timers.set(cancel, series);
  }

  #forgetOldest(): void {
    if (this.#series.size <= MAX_SERIES) return;
    for (const key of this.#series.keys()) {
      this.#series.delete(key);
      return;
    }
  }

  /** The present, a microsecond after the last one at least, so that events have the order in which they were recorded. */
  #moment(): number {
    const micros = this.#clock.now() * 1000;
    const isSame = micros <= this.#lastMicros && this.#lastMicros < micros + 1000;
    this.#lastMicros = isSame ? this.#lastMicros + 1 : micros;
    return this.#lastMicros / 1000;
  }

  #name(event: EventRecord, nowMs: number): string {
    this.#made += 1;
    const suffix = `${Math.floor(nowMs).toString(16)}${this.#made.toString(16).padStart(4, '0')}`;
    return `${event.regarding.name.slice(0, 200)}.${suffix}`;
  }
}
