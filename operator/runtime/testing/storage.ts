import { History } from './history.ts';
import type { FakeObject, HistoryEvent } from './history.ts';

/** All objects of a fake API server with their history, under one resource version as in etcd. */
export class Storage {
  readonly #histories = new Map<string, History>();
  readonly #onEvent: (collection: string, event: HistoryEvent) => void;
  #version = 1000;
  #uids = 0;

  constructor(onEvent: (collection: string, event: HistoryEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** The newest resource version. */
  get version(): number {
    return this.#version;
  }

  /** The objects of a collection (a path as of resourcePath without a namespace), by `namespace/name`. */
  objects(collection: string): Map<string, FakeObject> {
    return this.history(collection).at(this.#version);
  }

  history(collection: string): History {
    const history = this.#histories.get(collection) ?? new History();
    this.#histories.set(collection, history);
    return history;
  }

  /** Makes or replaces an object. */
  set(collection: string, namespace: string, name: string, fields: object): FakeObject {
    const key = `${namespace}/${name}`;
    const before = this.objects(collection).get(key);
    this.#version += 1;
    const uid = before?.metadata.uid ?? `uid-${(this.#uids += 1)}`;
    const metadata = { namespace, name, uid, resourceVersion: String(this.#version) };
    const object: FakeObject = { ...fields, metadata };
    const type = before === undefined ? 'ADDED' : 'MODIFIED';
    this.#happen(collection, { type, key, object, version: this.#version });
    return object;
  }

  /** Deletes an object, if it is there. */
  remove(collection: string, key: string): void {
    const before = this.objects(collection).get(key);
    if (before === undefined) return;
    this.#version += 1;
    // The object of a deletion carries the version of the deletion.
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#version) } };
    this.#happen(collection, { type: 'DELETED', key, object, version: this.#version });
  }

  /** Raises the version, as writes to other collections do. */
  pass(versions: number): void {
    this.#version += versions;
  }

  /** Forgets all history of a collection up to now. */
  compact(collection: string): void {
    this.history(collection).compacted = this.#version;
  }

  #happen(collection: string, event: HistoryEvent): void {
    this.history(collection).events.push(event);
    this.#onEvent(collection, event);
  }
}
