import { setTimeout as sleep } from 'node:timers/promises';
import type { V1ConfigMap, V1Pod, V1Secret } from '@kubernetes/client-node';
import { CONFIG_MAPS, PODS, SECRETS } from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { isConflict, isNotFound } from '../../operator/runtime/errors.ts';
import { resourcePath, type Resource } from '../../operator/runtime/resource.ts';
import { ANNOTATION_READY_AFTER, behaviourOf, podStatus, STATES, type PodState } from './pod-behaviour.ts';
import { MissingContent, readPodContent, type PodContent, type Readable, type ReadableKind } from './pod-content.ts';
import { watchObjects } from './watch-objects.ts';

/** The node that all pods run on. */
export const NODE_NAME = 'stand-in';

export interface KubeletOptions {
  client: ApiClient;
  /** Only pods of this namespace; default all. */
  namespace?: string;
  signal: AbortSignal;
  /** Between a pod's binding and its readiness, unless an annotation says otherwise. */
  startMs?: number;
  /** Between the request to delete a pod and its end. */
  stopMs?: number;
}

/**
 * Stands in for the scheduler and the kubelet: binds pods, starts them with what their ConfigMaps and Secrets hold then,
 * reports what their image's name asks for, and removes them when they are deleted. Nothing runs. Readiness and
 * deletion go through the real API server, so Deployments and EndpointSlices follow by the real controllers.
 */
export class StandInKubelet {
  readonly #client: ApiClient;
  readonly #signal: AbortSignal;
  readonly #startMs: number;
  readonly #stopMs: number;
  readonly #pods = new Map<string, { content?: PodContent; stopping: boolean }>();
  readonly #addresses = new Map<string, string>();
  readonly #done: Promise<void>;
  #failure: unknown;

  constructor({ client, namespace, signal, startMs = 20, stopMs = 20 }: KubeletOptions) {
    this.#client = client;
    this.#signal = signal;
    this.#startMs = startMs;
    this.#stopMs = stopMs;
    this.#done = this.#run(resourcePath(PODS, { namespace }));
    this.#done.catch((error: unknown) => (this.#failure ??= error));
  }

  /** What the pod was started with. */
  contentOf(pod: V1Pod): PodContent {
    const content = this.#pods.get(pod.metadata?.uid ?? '')?.content;
    if (content === undefined) throw new TypeError(`Expected ${pod.metadata?.name} to have been started`);
    return content;
  }

  /** Reports another state of a pod, as when its process crashes or its probe fails. */
  async setState(pod: V1Pod, state: PodState): Promise<void> {
    await this.#report(pod, state);
  }

  /** Waits until nothing runs any more; the signal must have been aborted. Throws what went wrong meanwhile. */
  async stopped(): Promise<void> {
    await this.#done;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #run(path: string): Promise<void> {
    for await (const { type, object } of watchObjects<V1Pod>(this.#client, path, this.#signal)) {
      const uid = object.metadata?.uid ?? '';
      if (type === 'DELETED') this.#pods.delete(uid);
      else this.#take(uid, object);
    }
  }

  #take(uid: string, pod: V1Pod): void {
    const known = this.#pods.get(uid);
    if (pod.metadata?.deletionTimestamp !== undefined) {
      if (known?.stopping === true) return;
      this.#pods.set(uid, { ...known, stopping: true });
      this.#go(() => this.#end(pod));
      return;
    }
    if (known !== undefined) return;
    this.#pods.set(uid, { stopping: false });
    this.#go(() => this.#start(uid, pod));
  }

  #go(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      // A pod that is gone or changed meanwhile comes again as an event.
      if (this.#signal.aborted || isNotFound(error) || isConflict(error)) return;
      this.#failure ??= error;
    });
  }

  async #start(uid: string, pod: V1Pod): Promise<void> {
    if (pod.spec?.nodeName === undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: NODE_NAME };
      const metadata = { name: pod.metadata?.name, uid };
      const body = { apiVersion: 'v1', kind: 'Binding', metadata, target };
      await this.#client.create(this.#path(PODS, pod, 'binding'), body, { signal: this.#signal });
    }
    await this.#wait(pod.metadata?.annotations?.[ANNOTATION_READY_AFTER], this.#startMs);
    const read = (kind: ReadableKind, name: string) => this.#read(pod, kind, name);
    for (;;) {
      try {
        const content = await readPodContent(pod, read);
        const known = this.#pods.get(uid);
        if (known === undefined || known.stopping) return;
        this.#pods.set(uid, { ...known, content });
        break;
      } catch (error) {
        if (!(error instanceof MissingContent)) throw error;
        await this.#report(pod, { kind: 'waiting', reason: 'CreateContainerConfigError', message: error.message });
        await sleep(100, undefined, { signal: this.#signal });
      }
    }
    await this.#report(pod, STATES[behaviourOf(pod, this.contentOf(pod))]);
  }

  async #end(pod: V1Pod): Promise<void> {
    await this.#wait(undefined, Math.min(this.#stopMs, (pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000));
    const query = { gracePeriodSeconds: 0, uid: pod.metadata?.uid };
    await this.#client.delete(this.#path(PODS, pod), { signal: this.#signal, ...query });
  }

  async #report(pod: V1Pod, state: PodState): Promise<void> {
    const status = podStatus(pod, state, this.#address(pod), new Date().toISOString());
    const patch = { metadata: { uid: pod.metadata?.uid }, status };
    await this.#client.patch(this.#path(PODS, pod, 'status'), patch, { signal: this.#signal, type: 'merge' });
  }

  #address(pod: V1Pod): string {
    const uid = pod.metadata?.uid ?? '';
    const known = this.#addresses.get(uid);
    if (known !== undefined) return known;
    const number = this.#addresses.size + 1;
    const address = `10.${[16, 8, 0].map((bits) => (number >> bits) & 255).join('.')}`;
    this.#addresses.set(uid, address);
    return address;
  }

  async #read(pod: V1Pod, kind: ReadableKind, name: string): Promise<Readable | undefined> {
    const at = { namespace: pod.metadata?.namespace, name };
    try {
      if (kind === 'ConfigMap') {
        return await this.#client.get<V1ConfigMap>(resourcePath(CONFIG_MAPS, at), { signal: this.#signal });
      }
      const { data = {} } = await this.#client.get<V1Secret>(resourcePath(SECRETS, at), { signal: this.#signal });
      const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
      return { data: Object.fromEntries(decoded) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #wait(annotated: string | undefined, otherwiseMs: number): Promise<void> {
    const ms = annotated === undefined ? otherwiseMs : Number(annotated);
    if (ms > 0) await sleep(ms, undefined, { signal: this.#signal });
  }

  #path(resource: Resource, pod: V1Pod, subresource?: string): string {
    const { namespace, name } = pod.metadata ?? {};
    return resourcePath(resource, { namespace, name, subresource });
  }
}
