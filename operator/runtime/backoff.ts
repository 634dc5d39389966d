export interface BackoffOptions {
  baseMs: number;
  maxMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** Exponentially growing delays with jitter, so that many clients do not come back at the same moment. */
export class Backoff {
  readonly #options: BackoffOptions;
  #step = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next delay: between half and all of what the exponent says. */
  nextMs(): number {
    const { baseMs, maxMs, random } = this.#options;
    const ms = Math.min(baseMs * 2 ** this.#step, maxMs);
    this.#step += 1;
    return ms * (0.5 + random() / 2);
  }

  reset(): void {
    this.#step = 0;
  }
}
