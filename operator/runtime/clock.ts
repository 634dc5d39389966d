/** Time as the runtime sees it; passed in so that tests decide how it passes. */
export interface Clock {
  /** Wall time in ms since the epoch: for what people and other machines read. It may jump. */
  now(): number;
  /** Ms since some fixed moment: for measuring. It never jumps. */
  elapsed(): number;
  /** Calls `run` once after `ms`; the returned function calls that off. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay that node's timers know; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export const sleep = (clock: Clock, ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
