const NOTHING: ReadonlySet<string> = new Set();

/** Finds the keys of views by values that are computed from them. */
export class StoreIndex<V> {
  readonly #valuesOf: (view: V) => readonly string[];
  readonly #keys = new Map<string, Set<string>>();

  constructor(valuesOf: (view: V) => readonly string[]) {
    this.#valuesOf = valuesOf;
  }

  /** The keys of the views that have that value. */
  keys(value: string): ReadonlySet<string> {
    return this.#keys.get(value) ?? NOTHING;
  }

  /** One view has taken the place of another; either may be missing. */
  update(key: string, before: V | undefined, after: V | undefined): void {
    if (before !== undefined) for (const value of this.#valuesOf(before)) this.#remove(value, key);
    if (after !== undefined) for (const value of this.#valuesOf(after)) this.#add(value, key);
  }

  #add(value: string, key: string): void {
    const keys = this.#keys.get(value);
    if (keys === undefined) this.#keys.set(value, new Set([key]));
    else keys.add(key);
  }

  #remove(value: string, key: string): void {
    const keys = this.#keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(value);
  }
}
