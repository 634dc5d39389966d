import { expect, test } from '@jest/globals';
import { countdown, duration, since, until } from './duration.ts';

test.each([
  [0, '0s'],
  [4120, '4.1s'],
  [12_900, '12s'],
  [60_000, '1m'],
  [588_000, '9m48s'],
  [3_600_000, '1h'],
  [11_100_000, '3h5m'],
  [1_036_800_000, '12d'],
  [-5, '0s'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

const NOW = Date.parse('2026-01-01T00:00:10.700Z');

test('ages are whole seconds, and a countdown ends at 0', () => {
  expect(since('2026-01-01T00:00:02.000Z', NOW)).toBe('8s');
  expect(since(undefined, NOW)).toBe('0s');
  expect(countdown(until('2026-01-01T00:00:12.000Z', NOW))).toBe('2s');
  expect(countdown(until('2026-01-01T00:00:10.700Z', NOW))).toBe('0s');
});
