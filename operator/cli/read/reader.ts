import type { V1ConfigMap, V1Deployment, V1EndpointSlice, V1Lease, V1Pod, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import { LABEL_BLUEGREEN, SLOTS, deploymentName } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { ApiError, ConnectionError, isForbidden, isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { Resource } from '../../runtime/resource.ts';
import { ClusterError, CommandError, StateError } from '../errors.ts';
import type { CoreEvent } from './core-event.ts';
import { withoutEmptyStatus } from './seen.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  EVENTS,
  LEASES,
  PODS,
  SERVICES,
} from './resources.ts';

/** Reads what commands look at, and says in words what to do when that cannot be had. */
export class Reader {
  /** What this person may not read, for example `pods`; commands go on without. */
  readonly unreadable = new Set<string>();
  readonly #client: Pick<ApiClient, 'get'>;
  readonly #where: string;
  readonly #signal: AbortSignal;

  constructor(client: Pick<ApiClient, 'get'>, where: string, signal: AbortSignal) {
    this.#client = client;
    this.#where = where;
    this.#signal = signal;
  }

  /** The BlueGreen of that name; the error names those that there are. */
  async blueGreen(namespace: string, name: string): Promise<BlueGreen> {
    try {
      return withoutEmptyStatus(await this.#get<BlueGreen>(resourcePath(BLUE_GREENS, { namespace, name })));
    } catch (error) {
      if (!isNotFound(error)) throw this.explained(error);
      const all = await this.blueGreens(namespace);
      const names = all.map(({ metadata }) => metadata.name).join(', ');
      throw new StateError(
        names === ''
          ? `Expected BlueGreen ${name} in namespace ${namespace}, found none there: choose another by --namespace, or see kubectl relevo list -A`
          : `Expected BlueGreen ${name} in namespace ${namespace}, found ${names}`,
        { cause: error },
      );
    }
  }

  /** All of a namespace, or of all of them. */
  async blueGreens(namespace: string | undefined): Promise<BlueGreen[]> {
    try {
      const { items } = await this.#get<{ items: BlueGreen[] }>(resourcePath(BLUE_GREENS, { namespace }));
      return items.map((one) => withoutEmptyStatus(one));
    } catch (error) {
      throw this.explained(error);
    }
  }

  pods(namespace: string, blueGreen: string): Promise<V1Pod[]> {
    return this.#list<V1Pod>(PODS, namespace, labelled(blueGreen));
  }

  /** The slots' Deployments; by name, since a name may be taken by one of somebody else's. */
  async deployments(namespace: string, blueGreen: string): Promise<Partial<Record<Slot, V1Deployment>>> {
    const found = await Promise.all(
      SLOTS.map((slot) => this.find<V1Deployment>(DEPLOYMENTS, namespace, deploymentName(blueGreen, slot))),
    );
    return Object.fromEntries(
      SLOTS.map((slot, index) => [slot, found[index]] as const).filter(([, deployment]) => deployment !== undefined),
    );
  }

  /** The recorded releases, newest first. */
  async records(namespace: string, blueGreen: string): Promise<ControllerRevision[]> {
    const records = await this.#list<ControllerRevision>(CONTROLLER_REVISIONS, namespace, labelled(blueGreen));
    return records.toSorted((a, b) => b.revision - a.revision);
  }

  services(namespace: string): Promise<V1Service[]> {
    return this.#list<V1Service>(SERVICES, namespace);
  }

  service(namespace: string, name: string): Promise<V1Service | undefined> {
    return this.find<V1Service>(SERVICES, namespace, name);
  }

  endpointSlices(namespace: string, service: string): Promise<V1EndpointSlice[]> {
    return this.#list<V1EndpointSlice>(ENDPOINT_SLICES, namespace, {
      labelSelector: `kubernetes.io/service-name=${service}`,
    });
  }

  configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    return this.find<V1ConfigMap>(CONFIG_MAPS, namespace, name);
  }

  /** The operator's leases, wherever it runs. */
  async operatorLeases(): Promise<V1Lease[]> {
    return this.#list<V1Lease>(LEASES, undefined, { fieldSelector: 'metadata.name=relevo-operator' });
  }

  /** Events of all kinds of objects of a namespace. */
  events(namespace: string): Promise<CoreEvent[]> {
    return this.#list<CoreEvent>(EVENTS, namespace);
  }

  /** The names of all objects of a kind that has no namespace. */
  async names(resource: Resource): Promise<string[]> {
    const found = await this.#list<{ metadata: { name: string } }>(resource, undefined);
    return found.map(({ metadata }) => metadata.name);
  }

  /** An error as a person is told of it: what was tried, what came, what to do. */
  explained(error: unknown): unknown {
    if (error instanceof CommandError) return error;
    if (error instanceof ConnectionError) {
      return new ClusterError(
        `Expected the API server at ${this.#where} to answer, found: ${error.message}. Is the cluster up (kubectl cluster-info)? Another is named by --context`,
        { cause: error },
      );
    }
    if (!(error instanceof ApiError)) return error;
    if (error.status === 401) {
      return new ClusterError(
        `${this.#where} does not accept your credentials: sign in again, or use another --context`,
        {
          cause: error,
        },
      );
    }
    if (error.status === 403) {
      return new ClusterError(`${error.explanation}. Ask for the cluster role "view" (to look) or "edit" (to decide)`, {
        cause: error,
      });
    }
    // Without the resource the server answers with a bare 404; without the object it names the object.
    if (error.status === 404 && error.details?.name === undefined) return this.#notInstalled(error);
    return new CommandError(error.message, { cause: error });
  }

  #notInstalled(cause: unknown): ClusterError {
    return new ClusterError(
      `Expected the resource bluegreens.relevo.dev in ${this.#where}, found none: install the operator, helm install relevo-operator charts/operator --namespace relevo --create-namespace, or choose another cluster by --context`,
      { cause },
    );
  }

  #get<T>(path: string, query?: Record<string, string>): Promise<T> {
    return this.#client.get<T>(path, { signal: this.#signal, ...(query === undefined ? {} : { query }) });
  }

  /** The object, if there is one that may be read. */
  async find<T>(resource: Resource, namespace: string, name: string): Promise<T | undefined> {
    try {
      return await this.#get<T>(resourcePath(resource, { namespace, name }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isForbidden(error)) throw this.explained(error);
      this.unreadable.add(resource.plural);
      return undefined;
    }
  }

  /** What helps to understand: without the permission for it the command shows what is left. */
  async #list<T>(resource: Resource, namespace: string | undefined, query?: Record<string, string>): Promise<T[]> {
    try {
      return (await this.#get<{ items: T[] }>(resourcePath(resource, { namespace }), query)).items;
    } catch (error) {
      if (!isForbidden(error)) throw this.explained(error);
      this.unreadable.add(resource.plural);
      return [];
    }
  }
}

const labelled = (blueGreen: string): Record<string, string> => ({ labelSelector: `${LABEL_BLUEGREEN}=${blueGreen}` });
