/** A key that waits, and since when (milliseconds of the clock's `elapsed`). */
export interface WaitingKey {
  key: string;
  since: number;
}

/** Of so many keys one is the oldest, whatever its rank: no key waits for ever behind more urgent ones. */
const OLDEST_EVERY = 4;

/** Keys that wait for a worker: the lowest rank first, and within a rank the oldest. */
export class WaitingKeys {
  /** By rank; each map is in the order in which its keys came. */
  readonly #ranks = new Map<number, Map<string, number>>();
  #taken = 0;

  get size(): number {
    let size = 0;
    for (const keys of this.#ranks.values()) size += keys.size;
    return size;
  }

  has(key: string): boolean {
    return [...this.#ranks.values()].some((keys) => keys.has(key));
  }

  /** Adds a key that does not wait yet. */
  add(key: string, rank: number, since: number): void {
    const keys = this.#ranks.get(rank) ?? new Map<string, number>();
    this.#ranks.set(rank, keys.set(key, since));
  }

  /** Takes the next key out. */
  take(): WaitingKey | undefined {
    this.#taken += 1;
    const isOldestsTurn = this.#taken % OLDEST_EVERY === 0;
    const [next] = this.#heads().toSorted((a, b) => (isOldestsTurn ? a.since - b.since : a.rank - b.rank));
    if (next === undefined) return undefined;
    this.#ranks.get(next.rank)?.delete(next.key);
    return { key: next.key, since: next.since };
  }

  clear(): void {
    this.#ranks.clear();
  }

  /** The oldest key of each rank. */
  #heads(): (WaitingKey & { rank: number })[] {
    return [...this.#ranks].flatMap(([rank, keys]) => {
      const [head] = keys;
      return head === undefined ? [] : [{ rank, key: head[0], since: head[1] }];
    });
  }
}
