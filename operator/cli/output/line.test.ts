import { expect, test } from '@jest/globals';
import { bad, clip, coloured, paintFor, plain, strong, textOf, wrap } from './line.ts';

const terminal = { isTTY: true, write: () => true };

test('colours are for terminals, and not when the person wants none', () => {
  expect(paintFor(terminal, {})).toBe(coloured);
  expect(paintFor({ ...terminal, isTTY: false }, {})).toBe(plain);
  expect(paintFor(terminal, { NO_COLOR: '1' })).toBe(plain);
  expect(paintFor(terminal, { TERM: 'dumb' })).toBe(plain);
  // no-color.org: an empty value asks for nothing.
  expect(paintFor(terminal, { NO_COLOR: '' })).toBe(coloured);
});

test('a colour changes no text', () => {
  const line = [strong('users'), ' is ', bad('stalled')];
  expect(plain(line)).toBe('users is stalled');
  expect(coloured(line)).toContain('\u001B[31mstalled\u001B[39m');
});

test('a line is cut in the middle of its pieces, and the cut is shown', () => {
  const line = [strong('users'), ' is ', bad('stalled')];
  expect(textOf(clip(line, 12))).toBe('users is st…');
  expect(textOf(clip(line, 6))).toBe('users…');
  expect(clip(line, 16)).toBe(line);
});

test('a sentence is broken between words', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
  expect(wrap('', 4)).toEqual(['']);
});
