import { expect, test } from '@jest/globals';
import { UsageError } from '../load/options.ts';
import { parseOptions } from './options.ts';

test('a thousand switches without a bound of time, by a seed that can be given again', () => {
  expect(parseOptions([], () => 0.5)).toMatchObject({ count: 1000, minutes: Infinity, seed: 2_147_483_647 });
  expect(parseOptions(['--seed', '7', '--minutes', '30'], () => 0.5)).toMatchObject({ seed: 7, minutes: 30 });
});

test.each([
  [['--count', '0'], 'a number from 1 to 1000000 for --count, found "0"'],
  [['--count', '1.5'], 'a whole number for --count, found "1.5"'],
  [['--minutes', 'long'], 'for --minutes, found "long"'],
  [['--name', 'Users'], 'for --name, found "Users"'],
  [['--path', 'api'], '--path to begin with /'],
  [['--crash-every', '5', '--context', 'kind'], 'no --context beside --crash-every'],
  [['--speed', '1'], "'--speed'"],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args, () => 0)).toThrow(UsageError);
  expect(() => parseOptions(args, () => 0)).toThrow(message);
});
