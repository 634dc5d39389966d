import type { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';

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

/** The parts of a BlueGreen's spec that the demo changes. */
const CHANGED = ['template', 'switch', 'decision'] as const;

const setOrRemove = (path: string, found: unknown, wanted: unknown): Operation[] => {
  if (wanted !== undefined) return [{ op: 'add', path, value: wanted }];
  return found === undefined ? [] : [{ op: 'remove', path }];
};

const owners = (metadata: V1ObjectMeta | undefined): Operation[] => [
  { op: 'add', path: '/metadata/managedFields', value: metadata?.managedFields ?? [] },
];

/** The spec and the config as they were found, and the way back to them. */
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

  /**
   * Puts spec and config back. Each in two steps: whoever changes a field becomes its owner, and Helm would refuse to
   * upgrade a field that has two owners who disagree; so the list of owners is put back last.
   */
  async restore(signal: AbortSignal): Promise<void> {
    const found = await this.#client.get<BlueGreen>(this.path, { signal });
    const spec = CHANGED.flatMap((key) => setOrRemove(`/spec/${key}`, found.spec[key], this.bluegreen.spec[key]));
    const config = await this.#client.get<V1ConfigMap>(this.configPath, { signal });
    const data = setOrRemove('/data', config.data, this.#config.data);
    await this.#patch(this.configPath, data, signal);
    await this.#patch(this.path, spec, signal);
    await this.#patch(this.configPath, owners(this.#config.metadata), signal);
    await this.#patch(this.path, owners(this.bluegreen.metadata), signal);
  }

  async #patch(path: string, operations: Operation[], signal: AbortSignal): Promise<void> {
    await this.#client.patch(path, operations, { signal, type: 'json' });
  }
}
