import type { RequestOptions } from '../client.ts';
import { ApiError } from '../errors.ts';
import type { Lease } from '../lease.ts';

/** What a LeaderElector needs of an ApiClient, over one Lease in memory; each candidate's access can be cut. */
export class LeaseServer {
  lease: Lease | undefined;
  /** Every holder in order, without repetitions. */
  readonly holders: string[] = [];
  #version = 0;

  /** A candidate's way to the server. */
  access(): LeaseAccess {
    return new LeaseAccess(this);
  }

  read(): Lease {
    if (this.lease === undefined) throw new ApiError(404, { reason: 'NotFound' }, 'GET lease');
    return structuredClone(this.lease);
  }

  write(lease: Lease, isNew: boolean): Lease {
    if (isNew && this.lease !== undefined) throw new ApiError(409, { reason: 'AlreadyExists' }, 'POST lease');
    const found = this.lease?.metadata.resourceVersion;
    if (!isNew && this.lease === undefined) throw new ApiError(404, { reason: 'NotFound' }, 'PUT lease');
    if (!isNew && lease.metadata.resourceVersion !== found)
      throw new ApiError(409, { reason: 'Conflict' }, 'PUT lease');
    this.#version += 1;
    const metadata = { ...lease.metadata, resourceVersion: String(this.#version) };
    this.lease = structuredClone({ ...lease, metadata });
    const holder = lease.spec?.holderIdentity ?? '';
    if (this.holders.at(-1) !== holder) this.holders.push(holder);
    return this.read();
  }
}

/** How a candidate's requests fare. */
export type Weather =
  | 'fine'
  /** Requests fail at once. */
  | 'refused'
  /** Requests get no answer, and do nothing. */
  | 'silent'
  /** Writes are done, and their answers lost. */
  | 'deaf';

/** One candidate's way to a LeaseServer. */
export class LeaseAccess {
  weather: Weather = 'fine';
  readonly #server: LeaseServer;

  constructor(server: LeaseServer) {
    this.#server = server;
  }

  readonly get = async <T>(_path: string, options: RequestOptions): Promise<T> =>
    await this.#answer<T>(options.signal, () => this.#server.read());

  readonly create = async <T>(_path: string, body: unknown, options: RequestOptions): Promise<T> =>
    await this.#answer<T>(options.signal, () => this.#server.write(asLease(body), true));

  readonly update = async <T>(_path: string, body: unknown, options: RequestOptions): Promise<T> =>
    await this.#answer<T>(options.signal, () => this.#server.write(asLease(body), false));

  async #answer<T>(signal: AbortSignal, act: () => Lease): Promise<T> {
    signal.throwIfAborted();
    if (this.weather === 'refused') throw new Error('refused');
    if (this.weather === 'deaf') act();
    if (this.weather !== 'fine') {
      return await new Promise<T>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    }
    return JSON.parse(JSON.stringify(act()));
  }
}

const asLease = (body: unknown): Lease => JSON.parse(JSON.stringify(body));
