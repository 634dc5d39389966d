import type { BlueGreen } from '../../api/bluegreen.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { sleep } from '../../runtime/clock.ts';
import type { Clock } from '../../runtime/clock.ts';
import { ConnectionError, isGone } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { StateError } from '../errors.ts';
import type { Reader } from './reader.ts';
import { BLUE_GREENS } from './resources.ts';
import { withoutEmptyStatus } from './seen.ts';

export interface FollowOptions {
  client: Pick<ApiClient, 'watch'>;
  reader: Reader;
  namespace: string;
  name: string;
  clock: Clock;
  signal: AbortSignal;
}

/** After a watch was cut: long enough not to hammer a server in trouble. */
const RETRY_MS = 1000;
/** The server ends a watch after this time, in seconds; then the object is read anew. */
const WATCH_SECONDS = 120;

/** The BlueGreen now and after every change, through whatever cuts the connection; throws StateError when it is deleted. */
export async function* follow(options: FollowOptions): AsyncGenerator<BlueGreen, never> {
  const { client, reader, namespace, name, clock, signal } = options;
  let connected = false;
  for (;;) {
    try {
      const now = await reader.blueGreen(namespace, name);
      connected = true;
      yield now;
      const query = {
        fieldSelector: `metadata.name=${name}`,
        resourceVersion: now.metadata.resourceVersion ?? '',
        timeoutSeconds: String(WATCH_SECONDS),
      };
      for await (const event of client.watch<BlueGreen>(resourcePath(BLUE_GREENS, { namespace }), query, signal)) {
        if (event.type === 'DELETED') throw new StateError(`BlueGreen ${name} was deleted`);
        if (event.type === 'ERROR') break;
        if (event.type !== 'BOOKMARK') yield withoutEmptyStatus(event.object);
      }
    } catch (error) {
      signal.throwIfAborted();
      const isCut =
        error instanceof ConnectionError ||
        isGone(error) ||
        (error instanceof Error && error.cause instanceof ConnectionError);
      // A cluster that never answered is not waited for.
      if (!isCut || !connected) throw error;
      await sleep(clock, RETRY_MS, signal);
    }
  }
}
