import { expect, test } from '@jest/globals';
import { sleep, systemClock } from './clock.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

test('sleep ends at its time, or by the signal, and leaves no timer', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  let ended = '';
  void sleep(clock, 1000, abort.signal).then(() => (ended = 'time'));
  await clock.advance(999);
  expect(ended).toBe('');
  await clock.advance(1);
  expect(ended).toBe('time');
  const reason = new Error('enough');
  sleep(clock, 1000, abort.signal).catch((error: unknown) => (ended = String(error)));
  abort.abort(reason);
  await settle();
  expect(ended).toBe('Error: enough');
  await expect(sleep(clock, 1000, abort.signal)).rejects.toBe(reason);
  expect(clock.pending).toBe(0);
});

test('a delay longer than node’s timers know does not fire at once', async () => {
  let fired = false;
  const cancel = systemClock.after(2 ** 40, () => (fired = true));
  await new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
  cancel();
  expect(fired).toBe(false);
});
