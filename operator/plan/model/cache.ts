import type { Collection } from './collection.ts';
import type { Stored } from './objects.ts';

/** What an operator process knows of one kind: an old state of a collection, and its own writes. */
export class Cache<T extends Stored> {
  readonly #source: Collection<T>;
  readonly #items = new Map<string, T>();
  #position = 0;
  /** How often what it holds has changed. */
  changes = 0;

  /** `lag`: how many events the first list is behind, as an API server's watch cache may be. */
  constructor(source: Collection<T>, lag: number) {
    this.#source = source;
    this.observe(Math.max(0, source.log.length - lag));
  }

  get(name: string): T | undefined {
    return this.#items.get(name);
  }

  list(): T[] {
    return [...this.#items.values()];
  }

  /** Events that have not been delivered. */
  get behind(): number {
    return this.#source.log.length - this.#position;
  }

  /** Delivers events. One that is older than what the cache holds (by an own write) changes nothing. */
  observe(count: number): void {
    for (let left = Math.min(count, this.behind); left > 0; left--) {
      const change = this.#source.log[this.#position++];
      if (change === undefined || change.resourceVersion < (this.get(change.name)?.resourceVersion ?? 0)) continue;
      this.changes += 1;
      if (change.object === undefined) this.#items.delete(change.name);
      else this.#items.set(change.name, change.object);
    }
  }

  /** Takes over the answer of an own write, unless something newer is there. */
  assume(object: T): void {
    if (object.resourceVersion <= (this.get(object.name)?.resourceVersion ?? 0)) return;
    this.#items.set(object.name, object);
    this.changes += 1;
  }
}
