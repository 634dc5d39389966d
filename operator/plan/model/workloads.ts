import { LABEL_REVISION, LABEL_SLOT, SLOTS } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import type { EndpointView } from '../types.ts';
import { SERVICES } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import type { Pod, ReplicaSet, ServiceObject } from './objects.ts';
import { isSame } from './same.ts';
import { templateOfRevision } from './templates.ts';

/** The Services whose EndpointSlices anybody looks at. */
const WATCHED = [SERVICES.active, SERVICES.other];

/**
 * The controllers of Kubernetes, each taking one step when told. What one writes the next sees only in its own step,
 * so that a Deployment's status may for a while count the ReplicaSets as they were before.
 */
export class Workloads {
  readonly #cluster: Cluster;
  readonly #servicesSeen = new Map<string, ServiceObject | undefined>();
  /** `changes` of the cluster when no controller had anything to do. */
  #restedAt: number | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The Deployment controller: sizes the ReplicaSets (strategy: 100% surge, 100% unavailable) and counts. */
  syncDeployment(slot: Slot): void {
    const cluster = this.#cluster;
    const deployment = cluster.deployment(slot);
    if (deployment === undefined || deployment.foreign) return;
    if (!this.#replicaSets(slot).some(({ revision }) => revision === deployment.revision)) {
      const { revision, copies } = deployment;
      cluster.replicaSets.push({ slot, revision, copies, wanted: 0, total: 0, ready: 0 });
      cluster.touch();
    }
    const sets = this.#replicaSets(slot);
    for (const set of sets) {
      const wanted = set.revision === deployment.revision ? deployment.replicas : 0;
      if (set.wanted !== wanted) cluster.touch();
      set.wanted = wanted;
    }
    if (sets.some((set) => set.revision !== deployment.revision && set.total === 0)) {
      cluster.replicaSets = cluster.replicaSets.filter(
        (set) => set.slot !== slot || set.revision === deployment.revision || set.total > 0,
      );
      cluster.touch();
    }
    const counted = {
      observedGeneration: deployment.generation,
      total: sum(sets, 'total'),
      updated: sets.find(({ revision }) => revision === deployment.revision)?.total ?? 0,
      ready: sum(sets, 'ready'),
    };
    const { countedAt: _, ...old } = deployment.status;
    if (isSame(old, counted)) return;
    cluster.deployments.put({
      ...deployment,
      resourceVersion: cluster.next(),
      status: { ...counted, countedAt: cluster.version },
    });
  }

  /** The ReplicaSet controller: makes and removes pods, and counts. */
  syncReplicaSets(slot: Slot): void {
    const cluster = this.#cluster;
    for (const set of this.#replicaSets(slot)) {
      const pods = cluster.pods.filter((pod) => pod.slot === slot && pod.revision === set.revision);
      if (pods.length > set.wanted) {
        const doomed = new Set(pods.toSorted((a, b) => Number(b.ready) - Number(a.ready)).slice(set.wanted));
        cluster.pods = cluster.pods.filter((pod) => !doomed.has(pod));
        cluster.touch();
      }
      for (let missing = set.wanted - pods.length; missing > 0; missing--) {
        const { revision, copies } = set;
        cluster.pods.push({ id: cluster.next(), slot, revision, copies, ready: false, age: 0 });
      }
      const ready = cluster.readyPods(slot, set.revision);
      if (set.total !== set.wanted || set.ready !== ready) cluster.touch();
      set.total = set.wanted;
      set.ready = ready;
    }
  }

  /** The kubelet: takes one step with the first pod of the slot that can become ready. */
  stepPod(slot: Slot): void {
    const pod = this.#cluster.pods.find(
      (candidate) => candidate.slot === slot && !candidate.ready && this.#able(candidate),
    );
    if (pod === undefined) return;
    this.#cluster.touch();
    pod.age += 1;
    pod.ready = pod.age >= templateOfRevision(pod.revision).steps;
  }

  /** The EndpointSlice controller. `refresh`: it sees the newest Service; otherwise the one that it saw last. */
  syncEndpoints(refresh: boolean): void {
    for (const name of WATCHED) this.#syncEndpoints(name, refresh);
  }

  #syncEndpoints(name: string, refresh: boolean): void {
    const cluster = this.#cluster;
    if (refresh) this.#servicesSeen.set(name, cluster.services.get(name));
    const old = cluster.endpoints.get(name)?.endpoints ?? [];
    const selector = this.#servicesSeen.get(name)?.selector;
    // A Service without a selector is left alone by the controller: its old EndpointSlices stay.
    if (selector !== undefined && Object.keys(selector).length === 0) return;
    const endpoints = selector === undefined ? [] : this.#endpoints(selector);
    if (isSame(old, endpoints)) return;
    cluster.endpoints.put({ name, resourceVersion: cluster.next(), endpoints });
  }

  /** All controllers, until none has anything to do. */
  settle(): void {
    const cluster = this.#cluster;
    for (let rounds = 0; rounds < 40; rounds++) {
      const before = cluster.changes;
      if (before === this.#restedAt) return;
      for (const slot of SLOTS) {
        this.syncDeployment(slot);
        this.syncReplicaSets(slot);
        this.stepPod(slot);
        this.syncReplicaSets(slot);
        this.syncDeployment(slot);
      }
      this.syncEndpoints(true);
      if (before === cluster.changes) this.#restedAt = before;
    }
    throw new Error('expected the controllers of the model to come to rest, found them at work after 40 rounds');
  }

  #able(pod: Pod): boolean {
    const { broken, copies } = this.#cluster;
    return (
      !broken.has(pod.revision) &&
      templateOfRevision(pod.revision).steps < Infinity &&
      pod.copies.every((copy) => copies.get(copy) !== undefined)
    );
  }

  #replicaSets(slot: Slot): ReplicaSet[] {
    return this.#cluster.replicaSets.filter((set) => set.slot === slot);
  }

  #endpoints(selector: Record<string, string>): EndpointView[] {
    const { app, [LABEL_REVISION]: revision, [LABEL_SLOT]: slot } = selector;
    if (app !== undefined) return [{ slot: 'other', ready: true }];
    return this.#cluster.pods
      .filter((pod) => (revision ?? pod.revision) === pod.revision && (slot ?? pod.slot) === pod.slot)
      .map((pod) => ({ slot: pod.slot, ready: pod.ready }));
  }
}

const sum = (sets: readonly ReplicaSet[], field: 'total' | 'ready'): number =>
  sets.reduce((total, set) => total + set[field], 0);
