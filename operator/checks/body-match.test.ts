import { expect, test } from '@jest/globals';
import { BodyMatchError, bodyMatches } from './body-match.ts';

test('matches somewhere in the text', () => {
  expect(bodyMatches('"status": *"(up|ok)"', '{"status": "up"}')).toBe(true);
  expect(bodyMatches('^up$', '{"status": "up"}')).toBe(false);
  expect(bodyMatches('\\"status\\": \\"up\\"', '{"status": "up"}')).toBe(true);
});

test('an expression that backtracks for ever is stopped', () => {
  expect(() => bodyMatches('^(a+)+$', `${'a'.repeat(60)}!`, 50)).toThrow(BodyMatchError);
});

test('what is no expression is said so', () => {
  expect(() => bodyMatches('[', '')).toThrow('bodyMatches "[" is no regular expression');
});
