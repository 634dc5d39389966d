import { expect, test } from '@jest/globals';
import { waveSize } from './wave-size.ts';

test.each([
  [5, 50, 5],
  [5, 3, 5],
  ['20%', 50, 10],
  ['20%', 9, 1],
  ['34%', 3, 1],
  ['67%', 3, 2],
  ['1%', 50, 1],
  ['100%', 50, 50],
  ['100%', 0, 1],
  // In binary fractions, 0.29 times 100 is less than 29.
  ['29%', 100, 29],
])('%s of %i consumers are %i', (maxConcurrent, total, expected) => {
  expect(waveSize(maxConcurrent, total)).toBe(expected);
});
