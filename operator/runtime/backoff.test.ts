import { expect, test } from '@jest/globals';
import { Backoff } from './backoff.ts';

test('delays double up to the longest, between half and all of it, and start again after a reset', () => {
  let random = 0;
  const backoff = new Backoff({ baseMs: 100, maxMs: 500, random: () => random });
  expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([50, 100, 200, 250, 250]);
  backoff.reset();
  random = 0.999;
  expect(backoff.nextMs()).toBeCloseTo(100, 0);
});
