import type { ApiClient } from '../../operator/runtime/client.ts';
import { isConflict, isNotFound } from '../../operator/runtime/errors.ts';
import { apiVersionOf, resourcePath, type Resource } from '../../operator/runtime/resource.ts';

/** What a test writes: an object without the fields that its resource and place give. */
export interface Manifest {
  metadata?: Record<string, unknown>;
  [field: string]: unknown;
}

/** The objects of one namespace, as a person with kubectl would read and write them. */
export class Objects {
  readonly namespace: string;
  readonly #client: ApiClient;
  readonly #signal: AbortSignal;

  constructor(client: ApiClient, namespace: string, signal: AbortSignal) {
    this.#client = client;
    this.namespace = namespace;
    this.#signal = signal;
  }

  /** The object, or undefined when there is none. */
  async find<T>(resource: Resource, name: string): Promise<T | undefined> {
    try {
      return await this.get<T>(resource, name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  get<T>(resource: Resource, name: string): Promise<T> {
    return this.#client.get<T>(this.#path(resource, name), { signal: this.#signal });
  }

  async list<T>(resource: Resource, labelSelector?: string): Promise<T[]> {
    const query = labelSelector === undefined ? {} : { labelSelector };
    const path = this.#path(resource);
    return (await this.#client.get<{ items: T[] }>(path, { signal: this.#signal, query })).items;
  }

  create<T>(resource: Resource, name: string, manifest: Manifest): Promise<T> {
    return this.#client.create<T>(this.#path(resource), this.#whole(resource, name, manifest), {
      signal: this.#signal,
    });
  }

  /** Server-side apply, as `helm upgrade` and `kubectl apply --server-side` do it. */
  apply<T>(resource: Resource, name: string, manifest: Manifest): Promise<T> {
    return this.#client.apply<T>(this.#path(resource, name), this.#whole(resource, name, manifest), {
      signal: this.#signal,
      fieldManager: 'helm',
      force: true,
    });
  }

  /** A merge patch. */
  patch<T>(resource: Resource, name: string, patch: unknown, fieldManager = 'kubectl-edit'): Promise<T> {
    return this.#client.patch<T>(this.#path(resource, name), patch, {
      signal: this.#signal,
      type: 'merge',
      fieldManager,
    });
  }

  /** A merge patch of the status, as an object's controller writes it. */
  patchStatus<T>(resource: Resource, name: string, patch: unknown): Promise<T> {
    const path = resourcePath(resource, { namespace: this.namespace, name, subresource: 'status' });
    return this.#client.patch<T>(path, patch, { signal: this.#signal, type: 'merge' });
  }

  /** `kubectl scale`: through the scale subresource. */
  async scale(resource: Resource, name: string, replicas: number): Promise<void> {
    const path = resourcePath(resource, { namespace: this.namespace, name, subresource: 'scale' });
    for (;;) {
      const scale = await this.#client.get<{ spec: object }>(path, { signal: this.#signal });
      try {
        await this.#client.update(path, { ...scale, spec: { replicas } }, { signal: this.#signal });
        return;
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }

  /** The scale subresource, as a HorizontalPodAutoscaler reads it. */
  readScale<T>(resource: Resource, name: string): Promise<T> {
    const path = resourcePath(resource, { namespace: this.namespace, name, subresource: 'scale' });
    return this.#client.get<T>(path, { signal: this.#signal });
  }

  delete(resource: Resource, name: string, propagationPolicy: 'Background' | 'Orphan' = 'Background'): Promise<void> {
    return this.#client.delete(this.#path(resource, name), { signal: this.#signal, propagationPolicy });
  }

  #path(resource: Resource, name?: string): string {
    return resourcePath(resource, { namespace: this.namespace, name });
  }

  #whole(resource: Resource, name: string, { metadata, ...rest }: Manifest): object {
    return {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { ...metadata, name, namespace: this.namespace },
      ...rest,
    };
  }
}
