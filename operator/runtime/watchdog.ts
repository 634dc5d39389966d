import type { Clock } from './clock.ts';

/** Aborts its signal when nothing has calmed it for too long, or when an outer signal aborts. */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal;
  readonly #onOuterAbort = (): void => this.#controller.abort(this.#outer.reason);
  #cancel: () => void = () => {};
  #barked = false;

  constructor(clock: Clock, timeoutMs: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#outer = outer;
    if (outer.aborted) this.#onOuterAbort();
    else outer.addEventListener('abort', this.#onOuterAbort, { once: true });
    this.calm();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time ran out. */
  get barked(): boolean {
    return this.#barked;
  }

  /** Something came: the time starts anew. */
  calm(): void {
    this.#cancel();
    this.#cancel = this.#clock.after(this.#timeoutMs, () => {
      this.#barked = true;
      this.#controller.abort(new Error(`Nothing came for ${this.#timeoutMs} ms`));
    });
  }

  /** The watched thing has ended. */
  stop(): void {
    this.#cancel();
    this.#outer.removeEventListener('abort', this.#onOuterAbort);
  }
}
