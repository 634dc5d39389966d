/**
 * When requests are due: evenly spaced, from the start, for ever. It never asks whether earlier requests were answered
 * (open loop), so a stall of the server makes later requests wait and is counted in full, not left out
 * ("coordinated omission", Gil Tene).
 */
export class Schedule {
  readonly #startMs: number;
  readonly #intervalMs: number;
  #sent = 0;

  /** @param ratePerSecond may be 0: then nothing is ever due. */
  constructor(ratePerSecond: number, startMs: number) {
    this.#startMs = startMs;
    this.#intervalMs = ratePerSecond > 0 ? 1000 / ratePerSecond : Infinity;
  }

  /** When the next request is due; `Infinity` for a rate of 0. */
  get nextMs(): number {
    // Not 0 * Infinity, which is not a number.
    return this.#intervalMs === Infinity ? Infinity : this.#startMs + this.#sent * this.#intervalMs;
  }

  /** The times of all requests that are due by now and have not been taken yet. */
  take(nowMs: number): number[] {
    const due: number[] = [];
    for (; this.nextMs <= nowMs; this.#sent++) due.push(this.nextMs);
    return due;
  }
}
