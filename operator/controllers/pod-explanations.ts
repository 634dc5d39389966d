import type { Slot } from '../api/names.ts';
import type { PodView } from '../plan/types.ts';
import type { Clock } from '../runtime/clock.ts';
import { TokenBucket } from '../runtime/token-bucket.ts';

/** Reads for all BlueGreens together: when a node is down, hundreds of them wait and want to be explained. */
const BURST = 50;
const PER_SECOND = 20;

/** Whose wait is explained. */
export interface Waiting {
  uid: string;
  slot: Slot;
  target: string | undefined;
}

/** Lets pods be read live to explain why a slot does not get ready, but no more often than the API server can bear. */
export class PodExplanations {
  readonly #bucket: TokenBucket;
  /** What was read last, by uid. */
  readonly #last = new Map<string, Waiting & { pods: PodView[] }>();

  constructor(clock: Clock) {
    this.#bucket = new TokenBucket({ clock, burst: BURST, perSecond: PER_SECOND });
  }

  /** What `read` gives; when too many ask, what it gave last, or undefined when it was not read for this wait yet. */
  async of(waiting: Waiting, read: () => Promise<PodView[]>): Promise<PodView[] | undefined> {
    const { uid, slot, target } = waiting;
    if (!this.#bucket.tryTake()) {
      const last = this.#last.get(uid);
      return last?.slot === slot && last.target === target ? last.pods : undefined;
    }
    const pods = await read();
    this.#last.set(uid, { ...waiting, pods });
    return pods;
  }

  /** The BlueGreen waits no more, or is gone. */
  forget(uid: string): void {
    this.#last.delete(uid);
  }
}
