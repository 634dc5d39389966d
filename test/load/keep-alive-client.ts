import type { Client, ClientOptions, Result } from './client.ts';
import { Connection, type Exchange } from './connection.ts';
import { resultOf } from './exchange-result.ts';

/** More would mean that the server has not answered for many seconds. */
const MAX_WAITING = 20_000;

/** Where one connection is kept, and after it the next one. */
interface Place {
  connection: Connection | undefined;
}

/**
 * A fixed number of connections that stay open for as long as the server lets them. They take turns, so that all of them
 * are in regular use, also while the server closes them one after the other: a closed one is made anew when its turn comes.
 */
export class KeepAliveClient implements Client {
  readonly #options: ClientOptions;
  /** Those without a request, the one that has rested longest first. */
  readonly #resting: Place[];
  readonly #waiting: ((place: Place) => void)[] = [];

  constructor(options: ClientOptions, size: number) {
    this.#options = options;
    this.#resting = Array.from({ length: size }, () => ({ connection: undefined }));
  }

  async send(): Promise<Result> {
    const place = this.#resting.shift() ?? (await this.#wait());
    if (place === undefined) return { kind: 'failed', reason: 'too many waiting', retried: false };
    try {
      const kept = place.connection?.idle === true ? place.connection : undefined;
      const wasUsed = kept?.used === true;
      const exchange = await this.#exchange(kept ?? this.#connect(place));
      if (!wasUsed || !isUnprocessed(exchange)) return resultOf(exchange, false);
      return resultOf(await this.#exchange(this.#connect(place)), true);
    } finally {
      this.#release(place);
    }
  }

  close(): void {
    for (const { connection } of this.#resting.splice(0)) connection?.close();
  }

  #exchange(connection: Connection): Promise<Exchange> {
    return connection.exchange(this.#options.request, this.#options.timeoutMs);
  }

  #connect(place: Place): Connection {
    place.connection?.close();
    place.connection = new Connection(this.#options.address, this.#options.now);
    return place.connection;
  }

  async #wait(): Promise<Place | undefined> {
    if (this.#waiting.length >= MAX_WAITING) return undefined;
    return await new Promise<Place>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** The place goes to who waits longest. */
  #release(place: Place): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#resting.push(place);
    else next(place);
  }
}

/**
 * A connection that had served before broke without a byte of an answer: the server closed it while the request was on
 * its way. Every standard client sends an idempotent request once more (RFC 9112, 9.3.1); it is counted as retried.
 */
const isUnprocessed = (exchange: Exchange): boolean =>
  exchange.kind === 'broken' && exchange.bytes === 0 && exchange.connected && exchange.reason !== 'timeout';
