import type { ApiClient } from '../../runtime/client.ts';
import { sleep } from '../../runtime/clock.ts';
import type { Clock } from '../../runtime/clock.ts';
import { LABEL_BLUEGREEN } from '../../api/names.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { BLUE_GREENS, DEPLOYMENTS, PODS } from '../read/resources.ts';

export interface ChangesOptions {
  client: Pick<ApiClient, 'watch'>;
  namespace: string;
  name: string;
  clock: Clock;
  /** Called at every change of the BlueGreen, its Deployments and its pods. */
  onChange: () => void;
  signal: AbortSignal;
}

/** After a watch was cut, or was not allowed. */
const RETRY_MS = 2000;
const WATCH_SECONDS = '240';

/** Tells of changes until the signal aborts, through whatever cuts the connection. What changed is to be read anew. */
export const watchChanges = async (options: ChangesOptions): Promise<void> => {
  const { namespace, name } = options;
  const labelSelector = `${LABEL_BLUEGREEN}=${name}`;
  await Promise.all([
    watch(options, resourcePath(BLUE_GREENS, { namespace }), { fieldSelector: `metadata.name=${name}` }),
    watch(options, resourcePath(DEPLOYMENTS, { namespace }), { labelSelector }),
    watch(options, resourcePath(PODS, { namespace }), { labelSelector }),
  ]);
};

const watch = async (options: ChangesOptions, path: string, query: Record<string, string>): Promise<void> => {
  const { client, clock, onChange, signal } = options;
  while (!signal.aborted) {
    try {
      for await (const { type } of client.watch(path, { ...query, timeoutSeconds: WATCH_SECONDS }, signal)) {
        if (type === 'ERROR') break;
        onChange();
      }
      onChange();
    } catch {
      // Whoever reads says what is wrong with the connection, and reads from time to time anyway.
      if (!signal.aborted) await sleep(clock, RETRY_MS, signal).catch(() => undefined);
    }
  }
};
