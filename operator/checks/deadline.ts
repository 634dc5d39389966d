/** The part of a clock that checks need. */
export interface CheckClock {
  /** Wall time in ms since the epoch. */
  now(): number;
  /** Calls `run` once after `ms`; the returned function calls that off. */
  after(ms: number, run: () => void): () => void;
}

/** It took longer than it may. */
export class DeadlineError extends Error {
  readonly code = 'DEADLINE';

  constructor(ms: number) {
    super(`Expected an end within ${ms / 1000} s, found none`);
    this.name = 'DeadlineError';
  }
}

/**
 * Runs `work` with a signal that aborts with `signal`, or with a DeadlineError after `ms`. What it holds is let go when
 * the work ends.
 */
export const within = async <T>(
  clock: CheckClock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = new AbortController();
  const cancel = clock.after(ms, () => deadline.abort(new DeadlineError(ms)));
  try {
    return await work(AbortSignal.any([signal, deadline.signal]));
  } finally {
    cancel();
  }
};

/** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
export const pause = (clock: CheckClock, ms: number, signal: AbortSignal): Promise<void> =>
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
