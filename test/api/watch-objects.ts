import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../operator/runtime/client.ts';
import { ApiError, ConnectionError, isGone } from '../../operator/runtime/errors.ts';

interface Listed {
  metadata?: { resourceVersion?: string; uid?: string };
}

/** What happened to an object. */
export interface ObjectChange<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

/**
 * Lists and watches until the signal is aborted; for the tests' own eyes, so that they do not rest on the reflector
 * that they test. Every change is told in order. When the API server was away, each object is told again.
 */
export async function* watchObjects<T extends Listed>(
  client: ApiClient,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<ObjectChange<T>, void> {
  let known = new Map<string, T>();
  while (!signal.aborted) {
    try {
      const list = await client.get<{ metadata: { resourceVersion: string }; items: T[] }>(path, { signal });
      const listed = new Map(list.items.map((item) => [item.metadata?.uid ?? '', item]));
      for (const [uid, object] of known) if (!listed.has(uid)) yield { type: 'DELETED', object };
      known = listed;
      for (const object of list.items) yield { type: 'ADDED', object };
      let { resourceVersion } = list.metadata;
      for (;;) {
        for await (const event of client.watch<T>(path, { resourceVersion }, signal)) {
          if (event.type === 'ERROR') throw new ApiError(event.object.code ?? 500, event.object, `WATCH ${path}`);
          resourceVersion = event.object.metadata?.resourceVersion ?? resourceVersion;
          if (event.type === 'BOOKMARK') continue;
          const uid = event.object.metadata?.uid ?? '';
          if (event.type === 'DELETED') known.delete(uid);
          else known.set(uid, event.object);
          yield event;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      // The API server may be away, or the watch too old: list again. Anything else is a mistake of the test.
      if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
      if (!isGone(error)) await sleep(100, undefined, { signal }).catch(() => undefined);
    }
  }
}
