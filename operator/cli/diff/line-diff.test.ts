import { expect, test } from '@jest/globals';
import { compareLines, hunks } from './line-diff.ts';

const shown = (before: string, after: string): string =>
  compareLines(before.split(''), after.split(''))
    .map(({ sign, text }) => `${sign}${text}`)
    .join('');

test.each([
  ['abc', 'abc', ' a b c'],
  ['abc', 'axc', ' a-b+x c'],
  ['', 'a', '+a'],
  ['abcd', 'bd', '-a b-c d'],
  ['bd', 'abcd', '+a b+c d'],
])('%s to %s', (before, after, expected) => {
  expect(shown(before, after)).toBe(expected);
});

test('what is far from a change is left out, and that is marked', () => {
  const lines = 'abcdefghij'.split('');
  const picture = hunks(compareLines(lines, lines.with(5, 'X'))).map((line) => line?.text ?? '…');
  expect(picture.join('')).toBe('…cdefXghi…');
});
