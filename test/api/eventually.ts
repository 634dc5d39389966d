import { setTimeout as sleep } from 'node:timers/promises';

/** What is waited for did not come about in time. */
export class NotReached extends Error {
  readonly code = 'NOT_REACHED';
  override readonly name = 'NotReached';
}

/** At first; later a tenth of what has been waited, so that long waits cost little and end hardly later. */
const POLL_MS = 20;
const MAX_POLL_MS = 100;
// Generous: it only counts when something fails, or when the machine does ten other things.
const TIMEOUT_MS = 45_000;

const withoutNoise = (key: string, part: unknown): unknown => (key === 'managedFields' ? undefined : part);

const show = (value: unknown): string => {
  return (JSON.stringify(value, withoutNoise, 1) ?? String(value)).slice(0, 8000);
};

/** Reads again and again until the check holds; gives what was read then. `what` completes "Expected …". */
export const eventually = async <T>(
  what: string,
  read: () => Promise<T>,
  check: (value: T) => boolean,
  timeoutMs = TIMEOUT_MS,
): Promise<T> => {
  const start = performance.now();
  for (;;) {
    const value = await read();
    if (check(value)) return value;
    const waitedMs = performance.now() - start;
    if (waitedMs > timeoutMs) throw new NotReached(`Expected ${what} within ${timeoutMs} ms, found ${show(value)}`);
    await sleep(Math.min(Math.max(waitedMs / 10, POLL_MS), MAX_POLL_MS));
  }
};

/** Reads again and again for a while; the check must hold each time. For what must not happen, however long. */
export const always = async <T>(
  what: string,
  read: () => Promise<T>,
  check: (value: T) => boolean,
  forMs: number,
): Promise<void> => {
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    const value = await read();
    if (!check(value)) throw new NotReached(`Expected ${what} for ${forMs} ms, found ${show(value)}`);
    await sleep(POLL_MS);
  }
};
