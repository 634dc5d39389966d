import type { ServerResponse } from 'node:http';
import type { FakeObject, HistoryEvent } from './history.ts';
import { write } from './wire.ts';

/** An open watch. */
export interface Watcher {
  collection: string;
  /** Undefined: all of them. */
  namespace: string | undefined;
  response: ServerResponse;
  bookmarks: boolean;
}

/** The open watches of a fake API server. */
export class Watches {
  /** They get nothing while this is set, and what happens meanwhile is lost to them. */
  silent = false;
  /** Every event is sent twice. */
  duplicate = false;
  readonly #watchers = new Set<Watcher>();

  /** How many are open. */
  get size(): number {
    return this.#watchers.size;
  }

  /** Opens one, and sends what has happened since the version that it asks for. */
  open(watcher: Watcher, past: readonly HistoryEvent[]): void {
    this.#watchers.add(watcher);
    watcher.response.on('close', () => this.#watchers.delete(watcher));
    if (this.silent) return;
    for (const event of past) this.#send(watcher, event);
  }

  /** Tells of an event. */
  tell(collection: string, event: HistoryEvent): void {
    if (this.silent) return;
    for (const watcher of this.#watchers) if (watcher.collection === collection) this.#send(watcher, event);
  }

  /** Sends a bookmark to every watch that asked for them. */
  bookmark(version: number): void {
    if (this.silent) return;
    const object = { metadata: { resourceVersion: String(version) } };
    for (const { bookmarks, response } of this.#watchers) if (bookmarks) write(response, { type: 'BOOKMARK', object });
  }

  /** Cuts every watch in the middle of a line. */
  cut(): void {
    for (const { response } of this.#watchers) {
      response.write('{"type":"ADD');
      response.destroy();
    }
    this.#watchers.clear();
  }

  /** Ends every watch as a server does at its timeout. */
  end(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  #send({ namespace, response }: Watcher, { type, object }: HistoryEvent): void {
    if (!isIn(object, namespace)) return;
    write(response, { type, object });
    if (this.duplicate) write(response, { type, object });
  }
}

/** Whether an object is in that namespace; undefined stands for all. */
export const isIn = (object: FakeObject, namespace: string | undefined): boolean =>
  namespace === undefined || object.metadata.namespace === namespace;
