import type { Clock } from '../clock.ts';

interface Timer {
  dueMs: number;
  run: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** Wall time minus elapsed time; may be changed to let the wall clock jump. */
  epochMs = Date.UTC(2026, 0, 1);
  #elapsedMs = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.epochMs + this.#elapsedMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, ms), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Lets time pass: fires every timer that falls due, in order, and lets what each sets off run. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (let timer = this.#next(untilMs); timer !== undefined; timer = this.#next(untilMs)) {
      this.#timers.delete(timer);
      this.#elapsedMs = timer.dueMs;
      timer.run();
      await settle();
    }
    this.#elapsedMs = untilMs;
    await settle();
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}

/** Lets everything run that waits for promises only. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
};
