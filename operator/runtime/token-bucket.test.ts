import { expect, test } from '@jest/globals';
import { FakeClock } from './testing/fake-clock.ts';
import { TokenBucket } from './token-bucket.ts';

test('a burst passes at once, the rest at the rate, and a pause fills the bucket again', async () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ clock, burst: 2, perSecond: 10 });
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([0, 0, 100, 200]);
  await clock.advance(60_000);
  expect([1, 2, 3].map(() => bucket.take())).toEqual([0, 0, 100]);
});

test('whoever does not wait gets a token or none', async () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ clock, burst: 2, perSecond: 10 });
  expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, false, false]);
  await clock.advance(100);
  expect([1, 2].map(() => bucket.tryTake())).toEqual([true, false]);
});
