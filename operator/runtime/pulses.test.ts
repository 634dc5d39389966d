import { expect, test } from '@jest/globals';
import { Pulses } from './pulses.ts';
import { FakeClock } from './testing/fake-clock.ts';

test('what beats is alive, what stands still is named, what has ended is forgotten', async () => {
  const clock = new FakeClock();
  const pulses = new Pulses(clock);
  const watch = pulses.start('the watch of things');
  const reconcile = pulses.start('the reconcile of a/b');
  await clock.advance(60_000);
  watch.beat();
  expect(pulses.whyStuck(60_000)).toBeUndefined();
  await clock.advance(1000);
  expect(pulses.whyStuck(60_000)).toBe('the reconcile of a/b stands still for 61 s');
  reconcile.stop();
  expect(pulses.whyStuck(60_000)).toBeUndefined();
  await clock.advance(60_000);
  expect(pulses.whyStuck(60_000)).toBe('the watch of things stands still for 61 s');
});

test('a wall clock that jumps stops nobody', async () => {
  const clock = new FakeClock();
  const pulses = new Pulses(clock);
  pulses.start('the watch of things');
  clock.epochMs += 86_400_000;
  expect(pulses.whyStuck(60_000)).toBeUndefined();
});
