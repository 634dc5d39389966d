import { expect, test } from '@jest/globals';
import { UsageError } from '../load/options.ts';
import { parseOptions } from './options.ts';

test('asks by default for what the promise is about', () => {
  expect(parseOptions([])).toMatchObject({
    releases: 20,
    rates: { keepAlive: 400, fresh: 150 },
    namespace: 'relevo',
    name: 'users',
    context: undefined,
    killOperator: false,
    json: false,
  });
});

test('takes flags', () => {
  expect(parseOptions(['--releases=5', '-o', 'json', '--context', 'kind', '--kill-operator'])).toMatchObject({
    releases: 5,
    json: true,
    context: 'kind',
    killOperator: true,
  });
});

test('--help asks for nothing else', () => {
  expect(parseOptions(['-h'])).toBeUndefined();
});

test.each([
  [['--release', '3'], "Unknown option '--release'"],
  [['--releases', '2.5'], 'Expected a whole number for --releases, found "2.5"'],
  [['--releases', '1'], 'Expected a number from 2 to 1000 for --releases, found "1"'],
  [['--control-seconds', ''], 'Expected a number from 1 to 3600 for --control-seconds, found ""'],
  [['-o', 'yaml'], 'Expected json or table for --output, found "yaml"'],
  [['--namespace', 'Users!'], 'Expected the name of a Kubernetes object for --namespace, found "Users!"'],
  [['--path', 'api'], 'Expected --path to begin with /, found "api"'],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(message);
});
