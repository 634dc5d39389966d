/** Rung whenever something may have changed; whoever waits then looks again. */
export class Bell {
  #waiting: (() => void)[] = [];

  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Resolves at the next ring. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** Something that was waited for did not come. */
export class WaitError extends Error {
  readonly code = 'WAIT';

  constructor(message: string) {
    super(message);
    this.name = 'WaitError';
  }
}

export interface WaitOptions {
  /** Completes the sentence "Expected …". */
  what: string;
  timeoutMs: number;
  /** What is there instead, for the error's message. */
  found: () => string;
  signal: AbortSignal;
}

/** Asks again at every ring of the bell until there is a value. @throws WaitError after the timeout */
export const until = async <T>(bell: Bell, look: () => T | undefined, options: WaitOptions): Promise<T> => {
  const { what, timeoutMs, found, signal } = options;
  const ends = new AbortController();
  const stopped = new Promise<'timeout'>((resolve, reject) => {
    const timer = setTimeout(() => resolve('timeout'), timeoutMs);
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { signal: ends.signal });
    ends.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  try {
    for (;;) {
      const rung = bell.next();
      const value = look();
      if (value !== undefined) return value;
      if ((await Promise.race([rung, stopped])) === 'timeout') {
        throw new WaitError(`Expected ${what} within ${timeoutMs / 1000} s, found ${found()}`);
      }
    }
  } finally {
    ends.abort();
    stopped.catch(() => undefined);
  }
};
