import { expect, test } from '@jest/globals';
import { nearest } from './nearest.ts';

const flags = ['--port', '--page-size', '--log-level'];

test.each([
  ['--prot', '--port'],
  ['--pageSize', '--page-size'],
  ['--loglevel', '--log-level'],
])('%s means %s', (word, meant) => {
  expect(nearest(word, flags)).toBe(meant);
});

test('a word that is like none means none', () => {
  expect(nearest('--greeting', flags)).toBeUndefined();
});
