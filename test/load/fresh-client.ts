import type { Client, ClientOptions, Result } from './client.ts';
import { Connection } from './connection.ts';
import { resultOf } from './exchange-result.ts';

/** More at the same time would only exhaust this machine's ports. */
const MAX_IN_FLIGHT = 4000;

/** A new connection for each request, closed by the client after the answer. */
export class FreshClient implements Client {
  readonly #options: ClientOptions;
  #inFlight = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async send(): Promise<Result> {
    if (this.#inFlight >= MAX_IN_FLIGHT) return { kind: 'failed', reason: 'too many in flight', retried: false };
    const { address, request, timeoutMs, now } = this.#options;
    this.#inFlight++;
    const connection = new Connection(address, now);
    const exchange = await connection.exchange(request, timeoutMs);
    connection.close();
    this.#inFlight--;
    return resultOf(exchange, false);
  }

  close(): void {
    // Every connection ends with its one request.
  }
}
