import { expect, test } from '@jest/globals';
import { MAX_ANSWER_LENGTH } from '../api/checks.ts';
import { clipped, clippedTail, failed, withoutValues } from './answer.ts';

test('an answer is one line without control characters', () => {
  expect(clipped(' a\r\n\tb\u001B[31m c\u2028d ')).toBe('a b [31m c d');
});

test('an answer is at most 300 characters, cut at its end; a log is cut at its beginning', () => {
  const { message } = failed(`a${'x'.repeat(400)}`);
  expect(message.length).toBe(MAX_ANSWER_LENGTH);
  expect(message).toMatch(/^ax+…$/);
  expect(clippedTail(`${'x'.repeat(400)}z`, 10)).toBe('…xxxxxxxxz');
  expect(clippedTail('short', 10)).toBe('short');
});

test('values of headers are taken out, words that any answer may hold are not', () => {
  const headers = [
    { name: 'Authorization', value: 'Bearer abc' },
    { name: 'Accept', value: '*/*' },
  ];
  expect(withoutValues('got Bearer abc and */*', headers)).toBe('got <Authorization> and */*');
});
