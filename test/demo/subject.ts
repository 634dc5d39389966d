import type { KubernetesObject, V1ConfigMap, V1ControllerRevisionList, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION } from '../../operator/api/names.ts';
import { findConfigReferences } from '../../operator/api/references.ts';
import { BLUE_GREENS, CONFIG_MAPS, CONTROLLER_REVISIONS, SERVICES } from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { isNotFound } from '../../operator/runtime/errors.ts';
import type { Logger } from '../../operator/runtime/log.ts';
import { Reflector } from '../../operator/runtime/reflector.ts';
import { type Resource, resourcePath } from '../../operator/runtime/resource.ts';
import { Store, type View } from '../../operator/runtime/store.ts';
import { Original, SubjectError } from './original.ts';
import type { Bell } from './until.ts';

/** Makes a template another one without any other effect. */
const MARK_ANNOTATION = 'demo-release';
/** Stands in every answer of the service. */
const GREETING_KEY = 'GREETING';

const missing = (namespace: string, name: string): string =>
  `Expected BlueGreen ${name} in namespace ${namespace}, found none: run npm start, or name another one by --namespace and --name`;

interface Held<O> extends View {
  object: O;
}

export interface SubjectOptions {
  client: ApiClient;
  namespace: string;
  name: string;
  /** Rung after every change that was seen. */
  bell: Bell;
  log: Logger;
  now: () => number;
}

/** The BlueGreen that the demo makes releases of: what is seen of it, and the edits a person would make. */
export class Subject {
  readonly #options: SubjectOptions;
  readonly #bluegreens = new Store<Held<BlueGreen>>();
  readonly #services = new Store<Held<V1Service>>();
  /** When the active Service was seen to select another revision. */
  readonly #selections: { revision: string; atMs: number }[] = [];
  #original: Original | undefined;

  constructor(options: SubjectOptions) {
    this.#options = options;
  }

  /** Takes note of everything that the demo will change, and follows the objects until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { client, namespace, name, bell } = this.#options;
    const path = resourcePath(BLUE_GREENS, { namespace, name });
    const bluegreen = await client.get<BlueGreen>(path, { signal }).catch((error: unknown) => {
      throw isNotFound(error) ? new SubjectError(missing(namespace, name), { cause: error }) : error;
    });
    const configMap = findConfigReferences(bluegreen.spec.template).find(({ kind }) => kind === 'ConfigMap')?.name;
    if (configMap === undefined) throw new SubjectError(`Expected BlueGreen ${name} to use a ConfigMap, found none`);
    const configPath = resourcePath(CONFIG_MAPS, { namespace, name: configMap });
    const config = await client.get<V1ConfigMap>(configPath, { signal });
    this.#original = new Original({ client, path, bluegreen, configPath, config });
    this.#bluegreens.subscribe(() => bell.ring());
    this.#services.subscribe((change) => this.#noteSelection(change.new));
    await Promise.all([
      this.#reflect(BLUE_GREENS, name, this.#bluegreens, signal),
      this.#reflect(SERVICES, bluegreen.spec.services.active, this.#services, signal),
    ]);
  }

  /** The BlueGreen as last seen. */
  get bluegreen(): BlueGreen {
    const { namespace, name } = this.#options;
    const held = this.#bluegreens.get(`${namespace}/${name}`);
    if (held === undefined) throw new SubjectError(`Expected BlueGreen ${namespace}/${name}, found none`);
    return held.object;
  }

  /** The revision that serves, as last seen. */
  get serving(): string | undefined {
    const { namespace, name } = this.#options;
    return this.#bluegreens.get(`${namespace}/${name}`)?.object.status?.active;
  }

  /** The state that was found in the beginning. */
  get original(): Original {
    if (this.#original === undefined) throw new SubjectError('Expected the subject to be followed first');
    return this.#original;
  }

  /** Puts back what was changed, if anything was. */
  async restore(signal: AbortSignal): Promise<void> {
    await this.#original?.restore(signal);
  }

  /** The revisions that are on record now: what can be gone back to. */
  async recorded(signal: AbortSignal): Promise<Set<string>> {
    const { client, namespace, name } = this.#options;
    const path = resourcePath(CONTROLLER_REVISIONS, { namespace });
    const query = { labelSelector: `${LABEL_BLUEGREEN}=${name}` };
    const { items } = await client.get<V1ControllerRevisionList>(path, { signal, query });
    return new Set(items.flatMap(({ metadata }) => metadata?.name ?? []));
  }

  /** When the active Service was first seen to select that revision after a point in time. */
  selectedMs(revision: string, sinceMs: number): number | undefined {
    return this.#selections.find((selection) => selection.revision === revision && selection.atMs >= sinceMs)?.atMs;
  }

  /** The revisions that the active Service was seen to select since a point in time, in their order. */
  selectedSince(sinceMs: number): string[] {
    return this.#selections.filter(({ atMs }) => atMs >= sinceMs).map(({ revision }) => revision);
  }

  /** Makes another template, by an annotation on its pods. */
  async releaseCode(mark: string, signal: AbortSignal): Promise<void> {
    const metadata = { annotations: { [MARK_ANNOTATION]: mark } };
    await this.patchSpec({ template: { metadata } }, signal);
  }

  /** Makes another config: the greeting that stands in every answer. */
  async releaseConfig(mark: string, signal: AbortSignal): Promise<void> {
    await this.patchConfig({ [GREETING_KEY]: `Hello from ${mark}` }, signal);
  }

  async patchSpec(spec: object, signal: AbortSignal): Promise<void> {
    await this.original.editSpec(spec, signal);
  }

  /** Sets keys of the ConfigMap; `null` removes one. */
  async patchConfig(data: Record<string, string | null>, signal: AbortSignal): Promise<void> {
    await this.original.editConfig(data, signal);
  }

  async #reflect<O extends KubernetesObject>(
    resource: Resource,
    name: string,
    store: Store<Held<O>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, namespace, log } = this.#options;
    const reflector = new Reflector<O, Held<O>>({
      client,
      resource,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      transform: (object) => ({ namespace, name, resourceVersion: object.metadata?.resourceVersion ?? '', object }),
      store,
      log,
    });
    reflector.run(signal).catch((error: unknown) => log.error(error));
    await reflector.synced;
  }

  #noteSelection(held: Held<V1Service> | undefined): void {
    const revision = held?.object.spec?.selector?.[LABEL_REVISION];
    if (revision !== undefined && revision !== this.#selections.at(-1)?.revision) {
      this.#selections.push({ revision, atMs: this.#options.now() });
    }
    this.#options.bell.ring();
  }
}
