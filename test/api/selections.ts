import type { V1Service } from '@kubernetes/client-node';
import { LABEL_REVISION } from '../../operator/api/names.ts';
import { SERVICES } from '../../operator/controllers/resources.ts';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { resourcePath } from '../../operator/runtime/resource.ts';
import { watchObjects } from './watch-objects.ts';

/** Remembers every revision that each Service of a namespace was pointed at, in order. */
export class Selections {
  readonly #byService = new Map<string, string[]>();
  readonly #selectors = new Map<string, string>();

  /** Watches until the signal is aborted. */
  async run(client: ApiClient, namespace: string, signal: AbortSignal): Promise<void> {
    const path = resourcePath(SERVICES, { namespace });
    for await (const { type, object } of watchObjects<V1Service>(client, path, signal)) {
      const name = object.metadata?.name ?? '';
      const selector = JSON.stringify(object.spec?.selector);
      if (type === 'DELETED' || selector === this.#selectors.get(name)) continue;
      this.#selectors.set(name, selector);
      const revision = object.spec?.selector?.[LABEL_REVISION];
      if (revision !== undefined) this.#byService.set(name, [...this.of(name), revision]);
    }
  }

  /** The revisions that a Service has selected, oldest first. */
  of(service: string): readonly string[] {
    return this.#byService.get(service) ?? [];
  }
}
