import { expect, test } from '@jest/globals';
import { Screen } from './screen.ts';

const terminal = (isTTY: boolean) => {
  const written: string[] = [];
  return { written, isTTY, columns: 40, write: (text: string) => written.push(text) };
};

test('draws a picture over the one before', () => {
  const stream = terminal(true);
  const screen = new Screen(stream);
  screen.draw(['a', 'b']);
  screen.draw(['c']);
  expect(stream.written[0]).not.toContain('A\r');
  expect(stream.written[1]).toContain('\u001B[2A\r');
});

test('a log line stays above the picture', () => {
  const stream = terminal(true);
  const screen = new Screen(stream);
  screen.draw(['a', 'b', 'c']);
  screen.log('said');
  screen.draw(['a']);
  expect(stream.written[1]).toBe('\u001B[3A\r\u001B[Jsaid\n');
  expect(stream.written[2]).not.toContain('A\r');
});

test('elsewhere than on a terminal only log lines are written', () => {
  const stream = terminal(false);
  const screen = new Screen(stream);
  screen.draw(['a']);
  screen.log('said');
  screen.close();
  expect(stream.written).toEqual(['said\n']);
});
