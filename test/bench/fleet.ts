import { setTimeout as sleep } from 'node:timers/promises';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { findCondition } from '../../operator/api/conditions.ts';
import { BLUE_GREENS, SERVICES } from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { apiVersionOf, resourcePath, type Resource } from '../../operator/runtime/resource.ts';
import { watchObjects } from '../api/watch-objects.ts';

/** How many BlueGreens, and where. */
export interface FleetOptions {
  client: ApiClient;
  namespace: string;
  count: number;
  signal: AbortSignal;
}

/** When each BlueGreen was asked for something and when it was seen to have come about, in ms. */
export interface Waits {
  /** From the first request to the last. */
  askedMs: number;
  /** From the first request to the last BlueGreen that came about. */
  reachedMs: number;
  /** Of each BlueGreen, from its own request; in ascending order. */
  eachMs: number[];
}

/** Requests that are under way at the same time. */
const PARALLEL = 8;

const templateOf = (image: string) => ({
  metadata: { labels: { app: 'bench' } },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image }] },
});

const isReadyFor = (image: string, { metadata, spec, status }: BlueGreen): boolean =>
  spec.template.spec?.containers[0]?.image === image &&
  status?.observedGeneration === metadata.generation &&
  findCondition(status?.conditions ?? [], 'Ready')?.status === 'True';

/** Many BlueGreens, each with one replica and a Service of its own. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #say: (line: string) => void;

  constructor(options: FleetOptions, say: (line: string) => void) {
    this.#options = options;
    this.#say = say;
  }

  /** Makes all, and waits until they are Ready. */
  create(image: string): Promise<Waits> {
    return this.#askAll('created', image, async (name) => {
      await this.#create(SERVICES, name, { ports: [{ port: 80, targetPort: 8080 }] });
      await this.#create(BLUE_GREENS, name, { replicas: 1, template: templateOf(image), services: { active: name } });
    });
  }

  /** Changes the template of all, and waits until they are Ready with the new one. */
  change(image: string): Promise<Waits> {
    const { client, namespace, signal } = this.#options;
    return this.#askAll('changed', image, async (name) => {
      const path = resourcePath(BLUE_GREENS, { namespace, name });
      await client.patch(path, { spec: { template: templateOf(image) } }, { signal, type: 'merge' });
    });
  }

  /** Waits until nothing moves any more. */
  async untilStable(): Promise<void> {
    await this.#untilAll('at rest', ({ status }) => status?.step.name === 'Stable');
  }

  async #askAll(done: string, image: string, ask: (name: string) => Promise<unknown>): Promise<Waits> {
    const { count } = this.#options;
    const startMs = performance.now();
    const asked = new Map<string, number>();
    const eachMs: number[] = [];
    const reached = this.#untilAll(
      'Ready',
      (blueGreen) => isReadyFor(image, blueGreen),
      (name) => eachMs.push(performance.now() - (asked.get(name) ?? startMs)),
    );
    let next = 0;
    const tell = this.#counted(done);
    const work = async () => {
      while (next < count) {
        const name = `bench-${next}`;
        next += 1;
        asked.set(name, performance.now());
        await ask(name);
        tell();
      }
    };
    const askedMs = Promise.all(Array.from({ length: PARALLEL }, work)).then(() => performance.now() - startMs);
    await Promise.all([askedMs, reached]);
    return {
      askedMs: await askedMs,
      reachedMs: performance.now() - startMs,
      eachMs: eachMs.toSorted((one, other) => one - other),
    };
  }

  /** Resolves when each BlueGreen has been seen once to be as told. */
  async #untilAll(
    what: string,
    check: (blueGreen: BlueGreen) => boolean,
    onReached: (name: string) => void = () => undefined,
  ): Promise<void> {
    const { client, namespace, count, signal } = this.#options;
    const left = new AbortController();
    const reached = new Set<string>();
    const tell = this.#counted(what);
    const path = resourcePath(BLUE_GREENS, { namespace });
    for await (const { object } of watchObjects<BlueGreen>(client, path, AbortSignal.any([signal, left.signal]))) {
      const { name = '' } = object.metadata;
      if (reached.has(name) || !check(object)) continue;
      reached.add(name);
      onReached(name);
      tell();
      if (reached.size === count) left.abort();
    }
    signal.throwIfAborted();
  }

  async #create(resource: Resource, name: string, spec: object): Promise<void> {
    const { client, namespace, signal } = this.#options;
    const head = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    await client.create(
      resourcePath(resource, { namespace }),
      { ...head, metadata: { name, namespace }, spec },
      { signal },
    );
  }

  /** Reports every tenth part, so that a person sees that it goes on. */
  #counted(what: string): () => void {
    const { count } = this.#options;
    const part = Math.max(1, Math.round(count / 10));
    let done = 0;
    return () => {
      done += 1;
      if (done % part === 0) this.#say(`${what}: ${done} of ${count}`);
    };
  }
}

/** A wait that ends at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
