import { setTimeout } from 'node:timers/promises';

const LIMIT_MS = 20_000;
const POLL_MS = 5;

/** Waits until a condition holds; fails after twenty seconds (give the test 30), saying what was waited for. */
export const eventually = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Expected ${what} within ${LIMIT_MS} ms`);
    await setTimeout(POLL_MS);
  }
};
