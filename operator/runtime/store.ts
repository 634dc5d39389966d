import { compareResourceVersions } from './resource-version.ts';
import { StoreIndex } from './store-index.ts';

/** What a store needs to know of the small views it keeps. */
export interface View {
  /** Empty for cluster-scoped objects. */
  namespace: string;
  name: string;
  resourceVersion: string;
  /** When given, an object that was deleted and made again under its name is announced as both. */
  uid?: string | undefined;
}

/** What changed: only `new` when an object appeared, only `old` when it went, both when it was modified. */
export interface Change<V> {
  old?: V;
  new?: V;
}

/** Told of every change once, whether it was seen on the server or assumed. It must not throw. */
export type ChangeListener<V> = (change: Change<V>) => void;

/** For each index: the values under which a view is found in it. */
export type Indexers<V> = Record<string, (view: V) => readonly string[]>;

/** The key of an object: `namespace/name`; `/name` when it is cluster-scoped. */
export const keyOf = (object: { namespace: string; name: string }): string => `${object.namespace}/${object.name}`;

/** The namespace and the name in a key. */
export const parseKey = (key: string): { namespace: string; name: string } => {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};

/**
 * Views of the objects of one kind, kept up to date by a Reflector, with indexes. It never goes back in time: a view
 * replaces only an older one, whatever the order in which watch events and answers to own writes come in.
 *
 * Several reflectors may feed one store when each has a namespace of its own; `scope` below is that namespace, and
 * empty for a reflector of all namespaces.
 */
export class Store<V extends View> {
  readonly #views = new Map<string, V>();
  readonly #indexes = new Map<string, StoreIndex<V>>();
  readonly #listeners = new Set<ChangeListener<V>>();
  /** Scope → the resource version up to which the server's history has been seen. */
  readonly #seen = new Map<string, string>();

  constructor(indexers: Indexers<V> = {}) {
    for (const [name, valuesOf] of Object.entries(indexers)) this.#indexes.set(name, new StoreIndex(valuesOf));
  }

  get size(): number {
    return this.#views.size;
  }

  /** The view with that key (see keyOf). */
  get(key: string): V | undefined {
    return this.#views.get(key);
  }

  list(): V[] {
    return [...this.#views.values()];
  }

  /** The views that have that value in an index given to the constructor. */
  byIndex(index: string, value: string): V[] {
    const found = this.#indexes.get(index);
    if (found === undefined) {
      throw new RangeError(`Expected one of the indexes ${[...this.#indexes.keys()].join(', ')}, found ${index}`);
    }
    const views: V[] = [];
    for (const key of found.keys(value)) {
      const view = this.#views.get(key);
      if (view !== undefined) views.push(view);
    }
    return views;
  }

  /** Calls the listener on every later change; the returned function ends that. */
  subscribe(listener: ChangeListener<V>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes the answer to an own write, so that the writer reads its own write before the watch brings it. Ignored when
   * the store has seen something newer, the object's deletion included.
   */
  assume(view: V): void {
    const seen = this.lastSyncResourceVersion(view.namespace) ?? this.lastSyncResourceVersion();
    if (seen !== undefined && compareResourceVersions(view.resourceVersion, seen) <= 0) return;
    this.#set(view);
  }

  /** The resource version up to which the server's history has been seen; undefined before the first list. */
  lastSyncResourceVersion(scope = ''): string | undefined {
    return this.#seen.get(scope);
  }

  /** Takes a whole list: what it does not name is gone, except what was assumed after it was made. */
  replace(views: Iterable<V>, resourceVersion: string, scope = ''): void {
    const seen = this.#seen.get(scope);
    // The server's history went back (it was restored from a backup): nothing held is worth more than its list.
    const rewound = seen !== undefined && compareResourceVersions(resourceVersion, seen) < 0;
    this.#seen.set(scope, resourceVersion);
    const listed = new Set<string>();
    for (const view of views) {
      listed.add(keyOf(view));
      this.#set(view, rewound);
    }
    for (const [key, view] of this.#views) {
      const covered = scope === '' || view.namespace === scope;
      if (!covered || listed.has(key)) continue;
      if (rewound || compareResourceVersions(view.resourceVersion, resourceVersion) <= 0) this.#delete(key, view);
    }
  }

  /** Takes an object that was added or modified at its resource version. */
  put(view: V, scope = ''): void {
    if (this.advance(view.resourceVersion, scope)) this.#set(view);
  }

  /** Takes a deletion that happened at that resource version. */
  remove(key: string, resourceVersion: string, scope = ''): void {
    if (!this.advance(resourceVersion, scope)) return;
    const view = this.#views.get(key);
    if (view !== undefined && compareResourceVersions(view.resourceVersion, resourceVersion) <= 0) {
      this.#delete(key, view);
    }
  }

  /** Notes how far the server's history has been seen; false when that point had been passed already. */
  advance(resourceVersion: string, scope = ''): boolean {
    const seen = this.#seen.get(scope);
    if (seen !== undefined && compareResourceVersions(resourceVersion, seen) <= 0) return false;
    this.#seen.set(scope, resourceVersion);
    return true;
  }

  #set(view: V, force = false): void {
    const key = keyOf(view);
    const old = this.#views.get(key);
    if (old === undefined) {
      this.#write(key, old, view);
      this.#tell({ new: view });
      return;
    }
    const order = compareResourceVersions(view.resourceVersion, old.resourceVersion);
    if (force ? order === 0 && view.uid === old.uid : order <= 0) return;
    if (old.uid === view.uid) {
      this.#write(key, old, view);
      this.#tell({ old, new: view });
      return;
    }
    this.#delete(key, old);
    this.#set(view);
  }

  #delete(key: string, old: V): void {
    this.#write(key, old, undefined);
    this.#tell({ old });
  }

  #write(key: string, before: V | undefined, after: V | undefined): void {
    if (after === undefined) this.#views.delete(key);
    else this.#views.set(key, after);
    for (const index of this.#indexes.values()) index.update(key, before, after);
  }

  #tell(change: Change<V>): void {
    for (const listener of this.#listeners) listener(change);
  }
}
