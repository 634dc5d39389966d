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

/** Objects that are made at the same time. */
const PARALLEL = 8;

const create = ({ client, namespace, signal }: FleetOptions, resource: Resource, name: string, spec: object) =>
  client.create(
    resourcePath(resource, { namespace }),
    { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name, namespace }, spec },
    { signal },
  );

const template = {
  metadata: { labels: { app: 'bench' } },
  spec: { automountServiceAccountToken: false, containers: [{ name: 'web', image: 'ready:v1' }] },
};

/** Makes BlueGreens with one replica, and a Service for each; `onCreated` is told how many there are. */
export const createFleet = async (options: FleetOptions, onCreated: (count: number) => void): Promise<void> => {
  let next = 0;
  let created = 0;
  const work = async () => {
    while (next < options.count) {
      const name = `bench-${next}`;
      next += 1;
      await create(options, SERVICES, name, { ports: [{ port: 80, targetPort: 8080 }] });
      await create(options, BLUE_GREENS, name, { replicas: 1, template, services: { active: name } });
      created += 1;
      onCreated(created);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
};

/** Resolves when that many BlueGreens have been seen Ready; `onReady` is told how many there are. */
export const untilFleetReady = async (options: FleetOptions, onReady: (count: number) => void): Promise<void> => {
  const { client, namespace, count, signal } = options;
  const ready = new Set<string>();
  for await (const { object } of watchObjects<BlueGreen>(client, resourcePath(BLUE_GREENS, { namespace }), signal)) {
    if (findCondition(object.status?.conditions ?? [], 'Ready')?.status !== 'True') continue;
    ready.add(object.metadata.name ?? '');
    onReady(ready.size);
    if (ready.size === count) return;
  }
  signal.throwIfAborted();
};

/** A wait that ends at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
