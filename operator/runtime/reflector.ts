import { Backoff } from './backoff.ts';
import type { ApiClient, WatchEvent } from './client.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { ApiError, isGone } from './errors.ts';
import { listAll } from './list.ts';
import { failureFields } from './log.ts';
import type { Logger } from './log.ts';
import type { Pulse, Pulses } from './pulses.ts';
import { resourcePath } from './resource.ts';
import type { Resource } from './resource.ts';
import { keyOf } from './store.ts';
import type { ChangeListener, Store, View } from './store.ts';
import { Watchdog } from './watchdog.ts';

export interface ReflectorOptions<O, V extends View> {
  client: Pick<ApiClient, 'get' | 'watch'>;
  resource: Resource;
  /** Only this namespace. Default: all. */
  namespace?: string | undefined;
  labelSelector?: string;
  fieldSelector?: string;
  /** Turns an API object into the small view that is kept; undefined leaves the object out. */
  transform: (object: O) => V | undefined;
  store: Store<V>;
  /** Told of every change of the store, assumed ones included; the same as `store.subscribe`. */
  onChange?: ChangeListener<V>;
  log: Logger;
  clock?: Clock;
  /** Uniform in [0, 1). */
  random?: () => number;
  /** A watch that brings nothing for so long, not even a bookmark (sent about once a minute), is given up. Default: 150 s. */
  idleTimeoutMs?: number;
  /** Default: 500, as client-go. */
  pageSize?: number;
  /** First and longest delay after failures. Default: 500 ms and 5 s (client-go: 30 s), to catch up soon. */
  backoff?: { baseMs: number; maxMs: number };
  /** Learns of a reflector that neither hears nor tries anything. */
  pulses?: Pulses;
}

/** The parts of an object that the reflector itself reads. */
interface Versioned {
  metadata: { namespace?: string; name: string; resourceVersion: string };
}

/** Failures in a row are logged once in so long. */
const LOG_EVERY_MS = 60_000;

/** A watch that lived shorter and brought nothing counts as a failure, so that a server that ends each at once is not flooded. */
const SHORT_WATCH_MS = 1000;

/**
 * Keeps a store equal to the objects of one resource on the server, for ever and through any failure.
 *
 * Own code because the client library's informer stops at most errors, and asks for no bookmarks.
 */
export class Reflector<O, V extends View> {
  /** Resolves when the first whole list is in the store. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<O, V>;
  readonly #scope: string;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #setSynced: () => void;
  /** The store must be filled by a list before anything can be watched. */
  #mustList = true;
  #pulse: Pulse | undefined;
  /** Watches in a row that ended by silence. */
  #silences = 0;
  #failures = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReflectorOptions<O, V>) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#setSynced = resolve;
    this.#options = options;
    this.#scope = options.namespace ?? '';
    this.#path = resourcePath(options.resource, { namespace: options.namespace });
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff({ baseMs: 500, maxMs: 5000, ...options.backoff, random: this.#random });
    if (options.onChange !== undefined) options.store.subscribe(options.onChange);
  }

  /** Lists and watches until the signal aborts; then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    this.#pulse = this.#options.pulses?.start(`the watch of ${this.#path}`);
    await this.#follow(signal);
    this.#pulse?.stop();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#pulse?.beat();
      try {
        if (this.#mustList) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isGone(error)) this.#mustList = true;
        this.#logFailure(error);
        await sleep(this.#clock, this.#backoff.nextMs(), signal).catch(() => {});
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, store, transform, pageSize = 500 } = this.#options;
    const query = this.#selectors();
    const { views, resourceVersion } = await listAll({ client, path: this.#path, query, pageSize, transform, signal });
    store.replace(views, resourceVersion, this.#scope);
    this.#mustList = false;
    this.#silences = 0;
    this.#setSynced();
  }

  /** One watch from its start to its end. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { client, store, idleTimeoutMs = 150_000 } = this.#options;
    const query = {
      ...this.#selectors(),
      resourceVersion: store.lastSyncResourceVersion(this.#scope) ?? '',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.round(300 + this.#random() * 300)),
    };
    const startedAt = this.#clock.elapsed();
    let events = 0;
    const watchdog = new Watchdog(this.#clock, idleTimeoutMs, signal);
    try {
      for await (const event of client.watch<O & Versioned>(this.#path, query, watchdog.signal)) {
        watchdog.calm();
        this.#pulse?.beat();
        this.#take(event);
        events += 1;
        this.#recovered();
      }
    } catch (error) {
      if (!watchdog.barked) throw error;
      this.#silences += 1;
      // Perhaps the server's history went back, and it waits to reach the version asked for: only a list shows that.
      if (this.#silences > 1) this.#mustList = true;
      return;
    } finally {
      watchdog.stop();
    }
    if (events === 0 && this.#clock.elapsed() - startedAt < SHORT_WATCH_MS) {
      throw new Error('Expected a watch that goes on, found one that the server ended at once');
    }
    this.#recovered();
  }

  #take(event: WatchEvent<O & Versioned>): void {
    const { store, transform } = this.#options;
    // The HTTP status of a watch is sent long before it can fail, so failures come in its stream.
    if (event.type === 'ERROR') throw new ApiError(event.object.code ?? 500, event.object, `WATCH ${this.#path}`);
    this.#silences = 0;
    const { resourceVersion } = event.object.metadata;
    if (event.type === 'BOOKMARK') {
      store.advance(resourceVersion, this.#scope);
      return;
    }
    const { namespace = '', name } = event.object.metadata;
    const view = event.type === 'DELETED' ? undefined : transform(event.object);
    if (view === undefined) store.remove(keyOf({ namespace, name }), resourceVersion, this.#scope);
    else store.put(view, this.#scope);
  }

  #selectors(): Record<string, string> {
    const { labelSelector, fieldSelector } = this.#options;
    return {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  }

  #recovered(): void {
    this.#backoff.reset();
    if (this.#failures > 1) {
      this.#options.log.info({ resource: this.#path, failures: this.#failures }, 'Watching again after failures');
    }
    this.#failures = 0;
  }

  #logFailure(error: unknown): void {
    this.#failures += 1;
    const now = this.#clock.elapsed();
    // Ended watches and compacted history are everyday; a failure that stays is not.
    if ((isGone(error) || this.#failures === 1) && this.#failures < 3) {
      this.#options.log.debug(
        { resource: this.#path, ...failureFields(error) },
        'List or watch failed, will try again',
      );
      return;
    }
    if (now - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = now;
    const failures = this.#failures;
    this.#options.log.warn(
      { resource: this.#path, failures, ...failureFields(error) },
      'List or watch keeps failing, will try again',
    );
  }
}
