import { expect, test } from '@jest/globals';
import { selects } from './selects.ts';

const labels = { team: 'a', tier: 'front' };
const expression = (operator: string, key: string, values?: string[]) => ({
  matchExpressions: [values === undefined ? { key, operator } : { key, operator, values }],
});

test.each([
  [{}, true],
  [{ matchLabels: { team: 'a' } }, true],
  [{ matchLabels: { team: 'a', tier: 'back' } }, false],
  [{ matchLabels: { other: 'a' } }, false],
  [expression('In', 'team', ['a', 'b']), true],
  [expression('In', 'team', ['b']), false],
  [expression('In', 'other', ['b']), false],
  [expression('NotIn', 'team', ['a']), false],
  [expression('NotIn', 'other', ['a']), true],
  [expression('Exists', 'tier'), true],
  [expression('Exists', 'other'), false],
  [expression('DoesNotExist', 'other'), true],
  [expression('DoesNotExist', 'tier'), false],
  [{ matchLabels: { team: 'a' }, ...expression('Exists', 'other') }, false],
])('%j: %s', (selector, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
