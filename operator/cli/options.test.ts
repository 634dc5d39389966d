import { expect, test } from '@jest/globals';
import { HELP_OPTION, OUTPUT_OPTION, readOptions } from './options.ts';
import type { OptionTable } from './options.ts';

const TABLE = {
  ...OUTPUT_OPTION,
  ...HELP_OPTION,
  to: { type: 'string', value: 'REVISION', description: 'Where to.' },
} as const satisfies OptionTable;

test('flags and arguments may stand in any order', () => {
  const { values, positionals } = readOptions(TABLE, ['users', '-o', 'json', '--to=users-1', 'more']);
  expect(values).toEqual({ output: 'json', help: false, to: 'users-1' });
  expect(positionals).toEqual(['users', 'more']);
});

test('a flag that is not given has its default', () => {
  expect(readOptions(TABLE, []).values).toEqual({ output: 'text', help: false, to: undefined });
});

test.each([
  [['--wide'], "Unknown option '--wide'"],
  [['-o'], "Option '-o, --output <value>' argument missing"],
  [['--to='], 'Expected a value for --to, found none'],
  [['-o', 'xml'], 'Expected --output to be one of text, json, yaml, found xml'],
])('%j is refused', (args, message) => {
  expect(() => readOptions(TABLE, args)).toThrow(message);
});
