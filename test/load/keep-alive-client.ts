import type { Client, ClientOptions, Result } from './client.ts';
import { Connection, type Exchange } from './connection.ts';
import { resultOf } from './exchange-result.ts';

/** More would mean that the server has not answered for many seconds. */
const MAX_WAITING = 20_000;

/**
 * A fixed number of connections that stay open for as long as the server lets them. The one that has rested longest is
 * taken first, so that all of them are in regular use.
 */
export class KeepAliveClient implements Client {
  readonly #options: ClientOptions;
  readonly #size: number;
  readonly #resting: Connection[] = [];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  #busy = 0;

  constructor(options: ClientOptions, size: number) {
    this.#options = options;
    this.#size = size;
  }

  async send(): Promise<Result> {
    const first = this.#take() ?? (await this.#wait());
    if (first === undefined) return { kind: 'failed', reason: 'too many waiting', retried: false };
    const exchange = await this.#exchange(first.connection);
    if (!first.used || !isUnprocessed(exchange)) {
      this.#release(first.connection);
      return resultOf(exchange, false);
    }
    const second = this.#connect();
    const again = await this.#exchange(second);
    this.#release(second);
    return resultOf(again, true);
  }

  close(): void {
    for (const connection of this.#resting.splice(0)) connection.close();
  }

  #exchange(connection: Connection): Promise<Exchange> {
    return connection.exchange(this.#options.request, this.#options.timeoutMs);
  }

  #connect(): Connection {
    return new Connection(this.#options.address, this.#options.now);
  }

  #take(): { connection: Connection; used: boolean } | undefined {
    this.#dropDead();
    const open = this.#busy + this.#resting.length;
    const connection = open < this.#size ? this.#connect() : this.#resting.shift();
    if (connection === undefined) return undefined;
    this.#busy++;
    return { connection, used: connection.used };
  }

  async #wait(): Promise<{ connection: Connection; used: boolean } | undefined> {
    if (this.#waiting.length >= MAX_WAITING) return undefined;
    const connection = await new Promise<Connection>((resolve) => {
      this.#waiting.push(resolve);
    });
    return { connection, used: connection.used };
  }

  /** The connection's place goes to who waits longest, with a new connection if this one cannot be used again. */
  #release(connection: Connection): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next(connection.idle ? connection : this.#connect());
    this.#busy--;
    if (connection.idle) this.#resting.push(connection);
    return undefined;
  }

  #dropDead(): void {
    for (let i = this.#resting.length - 1; i >= 0; i--) {
      const connection = this.#resting[i];
      if (connection?.idle === true) continue;
      connection?.close();
      this.#resting.splice(i, 1);
    }
  }
}

/**
 * A connection that had served before broke without a byte of an answer: the server closed it while the request was on
 * its way. Every standard client sends an idempotent request once more (RFC 9112, 9.3.1); it is counted as retried.
 */
const isUnprocessed = (exchange: Exchange): boolean =>
  exchange.kind === 'broken' && exchange.bytes === 0 && exchange.connected && exchange.reason !== 'timeout';
