import { expect, test } from '@jest/globals';
import { readSeconds } from './seconds.ts';

test.each([
  ['90s', 90],
  ['10m', 600],
  ['1h30m', 5400],
  ['5', 5],
  ['0s', 0],
])('%s is %d s', (text, seconds) => {
  expect(readSeconds('timeout', text)).toBe(seconds);
});

test.each(['', 'soon', '10 m', '1d', '-5s'])('"%s" is no time', (text) => {
  expect(() => readSeconds('timeout', text)).toThrow('Expected --timeout to be a time such as 90s, 10m or 1h');
});
