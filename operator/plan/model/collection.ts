import type { Stored } from './objects.ts';

/** One event of a watch: an object as it was written, or the version at which it was deleted. */
export type Change<T extends Stored> =
  | { readonly name: string; readonly resourceVersion: number; readonly object: T }
  | { readonly name: string; readonly resourceVersion: number; readonly object?: undefined };

/** All objects of one kind, and the events of their watch since the beginning. */
export class Collection<T extends Stored> {
  readonly log: Change<T>[] = [];
  readonly #items = new Map<string, T>();

  get(name: string): T | undefined {
    return this.#items.get(name);
  }

  list(): T[] {
    return [...this.#items.values()];
  }

  put(object: T): T {
    this.#items.set(object.name, object);
    this.log.push({ name: object.name, resourceVersion: object.resourceVersion, object });
    return object;
  }

  delete(name: string, resourceVersion: number): void {
    if (this.#items.delete(name)) this.log.push({ name, resourceVersion });
  }
}
