import type { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { retryWhileAway } from '../faults/retry-while-away.ts';

/** What the demo was pointed at cannot be used for it. */
export class SubjectError extends Error {
  readonly code = 'SUBJECT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SubjectError';
  }
}

interface Operation {
  op: 'add' | 'remove';
  path: string;
  value?: unknown;
}

/** The parts of a BlueGreen's spec that the demo and the soak change. */
const CHANGED = ['template', 'promotion', 'checks', 'switch', 'decision'] as const;

const setOrRemove = (path: string, found: unknown, wanted: unknown): Operation[] => {
  if (wanted !== undefined) return [{ op: 'add', path, value: wanted }];
  return found === undefined ? [] : [{ op: 'remove', path }];
};

/** The spec and the config as they were found, edits of them, and the way back. */
export class Original {
  readonly path: string;
  readonly configPath: string;
  readonly bluegreen: BlueGreen;
  readonly #client: ApiClient;
  readonly #config: V1ConfigMap;

  constructor(found: {
    client: ApiClient;
    path: string;
    bluegreen: BlueGreen;
    configPath: string;
    config: V1ConfigMap;
  }) {
    this.path = found.path;
    this.configPath = found.configPath;
    this.bluegreen = found.bluegreen;
    this.#client = found.client;
    this.#config = found.config;
  }

  /** The value of a key of the ConfigMap; `null` where there was none. */
  configValue(key: string): string | null {
    return this.#config.data?.[key] ?? null;
  }

  /** Changes the BlueGreen's spec by a merge patch. */
  async editSpec(spec: object, signal: AbortSignal): Promise<void> {
    await this.#merge(this.path, { spec }, signal);
    await this.#keepOwners(this.path, this.bluegreen.metadata, signal);
  }

  /** Sets keys of the ConfigMap; `null` removes one. */
  async editConfig(data: Record<string, string | null>, signal: AbortSignal): Promise<void> {
    await this.#merge(this.configPath, { data }, signal);
    await this.#keepOwners(this.configPath, this.#config.metadata, signal);
  }

  /** Puts spec and config back. */
  async restore(signal: AbortSignal): Promise<void> {
    const config = await this.#read<V1ConfigMap>(this.configPath, signal);
    await this.#patch(this.configPath, setOrRemove('/data', config.data, this.#config.data), signal);
    await this.#keepOwners(this.configPath, this.#config.metadata, signal);
    const { spec } = await this.#read<BlueGreen>(this.path, signal);
    const operations = CHANGED.flatMap((key) => setOrRemove(`/spec/${key}`, spec[key], this.bluegreen.spec[key]));
    await this.#patch(this.path, operations, signal);
    await this.#keepOwners(this.path, this.bluegreen.metadata, signal);
  }

  /**
   * Whoever changes a field becomes its owner, and Helm refuses to upgrade a field that another owns. So the owners are
   * put back after every edit: then `helm upgrade` works even after a demo that was killed.
   */
  async #keepOwners(path: string, metadata: V1ObjectMeta | undefined, signal: AbortSignal): Promise<void> {
    await this.#patch(
      path,
      [{ op: 'add', path: '/metadata/managedFields', value: metadata?.managedFields ?? [] }],
      signal,
    );
  }

  async #read<T>(path: string, signal: AbortSignal): Promise<T> {
    return await retryWhileAway(() => this.#client.get<T>(path, { signal }), signal);
  }

  async #merge(path: string, patch: object, signal: AbortSignal): Promise<void> {
    await retryWhileAway(() => this.#client.patch(path, patch, { signal, type: 'merge' }), signal);
  }

  async #patch(path: string, operations: Operation[], signal: AbortSignal): Promise<void> {
    await retryWhileAway(() => this.#client.patch(path, operations, { signal, type: 'json' }), signal);
  }
}
