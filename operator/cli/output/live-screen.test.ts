import { expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { plain } from './line.ts';
import { LiveScreen } from './live-screen.ts';

const open = (rows = 10) => {
  const written: string[] = [];
  const terminal = { isTTY: true, columns: 10, rows, write: (text: string) => written.push(text) };
  return { written, screen: new LiveScreen(terminal, plain) };
};

test('a frame is one write that goes over the one before it', () => {
  const { screen, written } = open();
  screen.draw([['one'], ['two'], ['three']]);
  screen.draw([['one'], ['2']]);
  expect(written).toHaveLength(2);
  expect(written[0]).not.toContain('\u001B[3A');
  expect(written[1]).toContain('\u001B[3A');
  // The line that is no more is cleared, no line is cleared before it is written.
  expect(written[1]).toContain('2\u001B[K\n\u001B[J');
});

test('the same picture is not written again', () => {
  const { screen, written } = open();
  screen.draw([['one']]);
  screen.draw([['one']]);
  expect(written).toHaveLength(1);
});

test('what does not fit is cut, in width and in height', () => {
  const { screen, written } = open(4);
  screen.draw([['a long line of text'], ['2'], ['3'], ['4'], ['5']]);
  const lines = stripVTControlCharacters(written[0] ?? '')
    .trim()
    .split('\n');
  expect(lines).toEqual(['a long li…', '2', '… 3 more …']);
});

test('the cursor comes back', () => {
  const { screen, written } = open();
  screen.draw([['one']]);
  expect(written[0]).toContain('\u001B[?25l');
  screen.close();
  expect(written[1]).toBe('\u001B[?25h');
});
