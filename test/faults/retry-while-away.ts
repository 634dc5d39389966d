import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, isOutOfOrder } from '../../operator/runtime/errors.ts';

const AWAY_TIMEOUT_MS = 60_000;
const POLL_MS = 200;

/** Does a request that may be made twice, again and again while the API server is away or out of order. */
export const retryWhileAway = async <T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  const end = performance.now() + AWAY_TIMEOUT_MS;
  for (;;) {
    try {
      return await request();
    } catch (error) {
      signal.throwIfAborted();
      const isAway = error instanceof ConnectionError || isOutOfOrder(error);
      if (!isAway || performance.now() > end) throw error;
      await sleep(POLL_MS, undefined, { signal });
    }
  }
};
