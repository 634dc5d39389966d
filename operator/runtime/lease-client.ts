import type { ApiClient } from './client.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { isAlreadyExists, isConflict, isNotFound } from './errors.ts';
import { heldSpec, releasedSpec } from './lease.ts';
import type { Lease, LeaseSpec } from './lease.ts';
import { resourcePath } from './resource.ts';
import type { Resource } from './resource.ts';

const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

export interface LeaseClientOptions {
  client: Pick<ApiClient, 'get' | 'create' | 'update'>;
  namespace: string;
  name: string;
  identity: string;
  leaseDurationMs: number;
  clock?: Clock | undefined;
}

/** `held`: it is ours now; `taken`: it is someone else's. */
export type LeaseAnswer = 'held' | 'taken';

/** One process's dealings with a Lease. Each write has the resource version that the decision was made on. */
export class LeaseClient {
  readonly #options: LeaseClientOptions;
  readonly #clock: Clock;
  readonly #path: string;
  /** The Lease as last seen. */
  #lease: Lease | undefined;
  /**
   * The last change seen of someone else's record. A lease ends when its record has not changed for its duration by our
   * own clock; the times in the record come from another machine and are never compared.
   */
  #observed: { record: string; atMs: number } | undefined;

  constructor(options: LeaseClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#path = resourcePath(LEASES, { namespace: options.namespace, name: options.name });
  }

  /** Who held the lease when it was last seen; empty for nobody. */
  get holder(): string {
    return this.#lease?.spec?.holderIdentity ?? '';
  }

  /** Takes the lease if nobody holds it, or if its holder has let it end. */
  async acquire(signal: AbortSignal): Promise<LeaseAnswer> {
    const lease = await this.#read(signal);
    if (lease !== undefined && !this.#isFree(lease.spec ?? {})) return 'taken';
    return await this.#write(lease, this.#held(lease), signal);
  }

  /** Keeps the lease. `taken` only when the server says that someone else has it. */
  async renew(signal: AbortSignal): Promise<LeaseAnswer> {
    if (this.#lease !== undefined && (await this.#write(this.#lease, this.#held(this.#lease), signal)) === 'held') {
      return 'held';
    }
    // Something else has changed the object, or an own write went through although its answer was lost.
    const lease = await this.#read(signal);
    if (lease !== undefined && this.holder !== this.#options.identity) return 'taken';
    return await this.#write(lease, this.#held(lease), signal);
  }

  /** Gives the lease up, if it is still ours. */
  async release(signal: AbortSignal): Promise<void> {
    const lease = await this.#read(signal);
    if (lease === undefined || this.holder !== this.#options.identity) return;
    await this.#write(lease, releasedSpec(lease.spec ?? {}, this.#clock.now()), signal);
  }

  #held(lease: Lease | undefined): LeaseSpec {
    const { identity, leaseDurationMs } = this.#options;
    return heldSpec(lease?.spec ?? {}, identity, leaseDurationMs, this.#clock.now());
  }

  #isFree(spec: LeaseSpec): boolean {
    const { identity, leaseDurationMs } = this.#options;
    const { holderIdentity = '', leaseDurationSeconds } = spec;
    const record = JSON.stringify(spec);
    if (this.#observed?.record !== record) this.#observed = { record, atMs: this.#clock.elapsed() };
    if (holderIdentity === '' || holderIdentity === identity) return true;
    const durationMs = leaseDurationSeconds === undefined ? leaseDurationMs : leaseDurationSeconds * 1000;
    return this.#clock.elapsed() - this.#observed.atMs > durationMs;
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    this.#lease = undefined;
    try {
      this.#lease = await this.#options.client.get<Lease>(this.#path, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return this.#lease;
  }

  async #write(lease: Lease | undefined, spec: LeaseSpec, signal: AbortSignal): Promise<LeaseAnswer> {
    const { client, namespace, name } = this.#options;
    const metadata = { namespace, name };
    const head = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;
    try {
      this.#lease =
        lease === undefined
          ? await client.create<Lease>(resourcePath(LEASES, { namespace }), { ...head, metadata, spec }, { signal })
          : await client.update<Lease>(this.#path, { ...lease, ...head, spec }, { signal });
      return 'held';
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error) || isNotFound(error)) return 'taken';
      throw error;
    }
  }
}
