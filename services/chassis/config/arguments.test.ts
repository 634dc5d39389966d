import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { argumentsLayer } from './arguments.ts';
import { describeSettings } from './setting.ts';

const settings = describeSettings(z.object({ port: z.int(), pageSize: z.int(), accessLog: z.boolean() }));

const read = (...argv: string[]) => {
  const layer = argumentsLayer(argv, settings);
  const values = Object.fromEntries(settings.map((setting) => [setting.key, layer.find(setting)?.text]));
  return { values, problems: layer.problems?.map(({ key, expected, found }) => `${key}: ${expected}; ${found}`) };
};

describe('values', () => {
  test.each([
    [['--port', '1'], { port: '1' }],
    [['--port=1'], { port: '1' }],
    [['--port', '-1'], { port: '-1' }],
    [['--port', '1', '--port', '2'], { port: '2' }],
    [['--access-log', '--page-size', '3'], { accessLog: 'true', pageSize: '3' }],
    [['--no-access-log'], { accessLog: 'false' }],
    [['--access-log=false'], { accessLog: 'false' }],
  ])('%j', (argv, values) => {
    expect(read(...argv)).toEqual({ values: expect.objectContaining(values), problems: [] });
  });

  test('say which argument they came from', () => {
    const [port] = settings;
    expect(port && argumentsLayer(['--port=1'], settings).find(port)?.source).toBe('argument --port');
  });
});

describe('mistakes', () => {
  test('every unknown argument is named, with what may have been meant', () => {
    expect(read('--prot', '1', '--whatever', '--pagesize=3').problems).toEqual([
      '--prot: a known argument such as --port; an unknown argument',
      '--whatever: a known argument; an unknown argument',
      '--pagesize: a known argument such as --page-size; an unknown argument',
    ]);
  });

  test('a word without a key', () => {
    expect(read('--port', '1', 'stray').problems).toEqual([
      'stray: arguments in the form of --key value; an unknown argument',
    ]);
  });

  test.each([[['--port']], [['--port', '--access-log']]])('%j lacks a value', (argv) => {
    expect(read(...argv).problems).toEqual(['--port: a whole number; no value']);
  });
});

test.each([['--help'], ['-h']])('%s asks for help', (flag) => {
  expect(argumentsLayer([flag], settings)).toMatchObject({ help: true, problems: [] });
});
