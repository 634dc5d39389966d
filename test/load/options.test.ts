import { expect, test } from '@jest/globals';
import { parseOptions, UsageError } from './options.ts';

test('has defaults for everything but the address', () => {
  expect(parseOptions(['--url', 'http://users.relevo/api/users'])).toEqual({
    url: new URL('http://users.relevo/api/users'),
    rates: { keepAlive: 400, fresh: 150 },
    connections: 40,
    durationSeconds: 600,
    windowMs: 250,
    timeoutMs: 10_000,
  });
});

test('--help asks for nothing else', () => {
  expect(parseOptions(['--help'])).toBeUndefined();
});

test.each([
  [[], 'Expected an http:// address for --url, found ""'],
  [['--url', 'https://a'], 'Expected an http:// address for --url, found "https://a"'],
  [['--url', 'http://a', '--rate-fresh', 'x'], 'Expected a number from 0 to 100000 for --rate-fresh, found "x"'],
  [['--url', 'http://a', '--connections', '0'], 'Expected a number from 1 to 10000 for --connections, found "0"'],
  [['--url', 'http://a', '--rate', '3'], "Unknown option '--rate'"],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(message);
});
