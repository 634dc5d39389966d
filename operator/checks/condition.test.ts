import { describe, expect, test } from '@jest/globals';
import { ConditionError, holds, parseCondition } from './condition.ts';

test.each([
  ['value < 0.01', 0.009, 0.01],
  ['value <= 0.01', 0.01, 0.011],
  ['value > 99', 99.1, 99],
  ['value>=99.9', 99.9, 99.8],
  ['value == 0', 0, 1],
  ['  value != -1e3  ', 0, -1000],
  ['value < .5', 0.4, 0.5],
])('%s holds for %d and not for %d', (text, good, bad) => {
  const condition = parseCondition(text);
  expect(holds(condition, good)).toBe(true);
  expect(holds(condition, bad)).toBe(false);
});

test('nothing holds for NaN, not even that it differs', () => {
  for (const text of ['value < 1', 'value > 1', 'value != 1', 'value == 1']) {
    expect(holds(parseCondition(text), Number.NaN)).toBe(false);
  }
});

describe('refuses with what to write', () => {
  test.each([
    ['', 'a condition that starts with "value"'],
    ['0.01 > value', 'a condition that starts with "value"'],
    ['result < 1', 'a condition that starts with "value"'],
    ['value', 'one of < <= > >= == != after "value"'],
    ['value = 1', 'one of < <= > >= == != after "value"'],
    ['value =< 1', 'one of < <= > >= == != after "value"'],
    ['value <', 'a number after <'],
    ['value < one', 'a number after <'],
    ['value < 1 && value > 0', 'a number after <'],
    ['value < 0x10', 'a number after <'],
    ['value < 1%', 'a number after <'],
  ])('%j', (text, expected) => {
    expect(() => parseCondition(text)).toThrow(ConditionError);
    expect(() => parseCondition(text)).toThrow(expected);
  });
});
