import type { Clock } from '../../runtime/clock.ts';
import { sleep } from '../../runtime/clock.ts';

/** Wakes one waiter; a ring that nobody waits for is kept. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring to true, after `ms` to false. */
  wait(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#wake = undefined;
        cancel();
        signal.removeEventListener('abort', end);
        resolve(this.#isRung);
        this.#isRung = false;
      };
      const cancel = clock.after(ms, end);
      this.#wake = end;
      signal.addEventListener('abort', end, { once: true });
      if (this.#isRung || signal.aborted) end();
    });
  }

  /** Lets more rings come for a while, and forgets them. */
  async settle(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    await sleep(clock, ms, signal);
    this.#isRung = false;
  }
}
