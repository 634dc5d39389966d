import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { isConfigError } from './config-error.ts';
import { loadConfig } from './config.ts';
import { environmentLayer } from './environment.ts';
import type { Layer } from './layer.ts';
import { describeSettings } from './setting.ts';

const schema = z.object({
  port: z.int().min(1).max(65_535).default(8080),
  greeting: z.string().min(1),
  token: z.string().min(8).meta({ secret: true }).optional(),
});
const settings = describeSettings(schema);
const load = (...layers: Layer[]) => loadConfig(schema, settings, layers);

const failure = (...layers: Layer[]): string => {
  try {
    load(...layers);
  } catch (error) {
    if (isConfigError(error)) return error.message;
    throw error;
  }
  throw new Error('Expected a ConfigError, found a config');
};

test('the first layer that has a value wins', () => {
  const config = load(environmentLayer({ PORT: '1' }), environmentLayer({ PORT: '2', GREETING: 'hi' }));
  expect(config.values).toEqual({ port: 1, greeting: 'hi' });
});

test('an empty text is a value', () => {
  expect(failure(environmentLayer({ GREETING: '' }), environmentLayer({ GREETING: 'hi' }))).toContain('found ""');
});

test('each value keeps its source', () => {
  expect(load(environmentLayer({ GREETING: 'hi' })).entries).toMatchObject({
    port: { value: 8080, source: 'default' },
    greeting: { value: 'hi', source: 'environment variable GREETING' },
  });
});

describe('a secret', () => {
  test('is not shown', () => {
    const { values, entries } = load(environmentLayer({ GREETING: 'hi', TOKEN: 'correct horse' }));
    expect(values.token).toBe('correct horse');
    expect(entries['token']).toEqual({ value: '[redacted]', source: 'environment variable TOKEN' });
  });

  test('is not shown when it is bad', () => {
    const message = failure(environmentLayer({ GREETING: 'hi', TOKEN: 'horse' }));
    expect(message).toContain('TOKEN: expected a text of at least 8 characters, found a secret that does not fit');
    expect(message).not.toContain('horse');
  });

  test('that is not set is shown as not set', () => {
    expect(load(environmentLayer({ GREETING: 'hi' })).entries['token']).toEqual({
      value: undefined,
      source: 'default',
    });
  });
});

describe('the error', () => {
  test('names every bad key with what was expected, found and where', () => {
    expect(failure(environmentLayer({ PORT: 'eighty' }))).toBe(
      [
        'The configuration has 2 bad values:',
        '  PORT: expected a whole number from 1 to 65535, found "eighty" (environment variable PORT)',
        '  GREETING: expected a text of at least 1 character, found nothing (set --greeting or GREETING)',
      ].join('\n'),
    );
  });

  test('includes what is wrong with the layers themselves', () => {
    const problem = { key: '--x', expected: 'a known argument', found: 'an unknown argument', source: 'see --help' };
    expect(failure({ find: () => undefined, problems: [problem] }, environmentLayer({ GREETING: 'hi' }))).toBe(
      'The configuration has 1 bad value:\n  --x: expected a known argument, found an unknown argument (see --help)',
    );
  });

  test("tells a schema's own rule in its own words", () => {
    const even = z.object({ size: z.int().refine((size) => size % 2 === 0, 'an even number') });
    expect(() => loadConfig(even, describeSettings(even), [environmentLayer({ SIZE: '3' })])).toThrow(
      'SIZE: expected an even number, found "3" (environment variable SIZE)',
    );
  });

  test('tells a rule over several keys', () => {
    const range = z
      .object({ low: z.int(), high: z.int() })
      .refine(({ low, high }) => low < high, 'LOW to be below HIGH');
    expect(() => loadConfig(range, describeSettings(range), [environmentLayer({ LOW: '3', HIGH: '2' })])).toThrow(
      'several keys: expected LOW to be below HIGH',
    );
  });

  test('does not repeat a very long value', () => {
    expect(failure(environmentLayer({ GREETING: 'hi', PORT: 'x'.repeat(5000) })).length).toBeLessThan(500);
  });
});
