import { setTimeout as pause } from 'node:timers/promises';

/** Waits until the assertion holds; after `limitMs` its last failure is thrown. */
export const eventually = async (assertion: () => void | Promise<void>, limitMs = 10_000): Promise<void> => {
  const until = performance.now() + limitMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await pause(2);
  }
};
