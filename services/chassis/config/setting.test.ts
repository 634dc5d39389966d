import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { describeSettings } from './setting.ts';

const one = (type: z.ZodType) => {
  const [setting] = describeSettings(z.object({ key: type }));
  if (!setting) throw new Error('Expected a setting');
  return setting;
};

describe('names', () => {
  test.each([
    ['port', '--port', 'PORT'],
    ['lameDuckSeconds', '--lame-duck-seconds', 'LAME_DUCK_SECONDS'],
    ['http2Port', '--http2-port', 'HTTP2_PORT'],
  ])('%s is %s and %s', (key, flag, variable) => {
    expect(describeSettings(z.object({ [key]: z.string() }))).toMatchObject([{ key, flag, variable }]);
  });
});

describe('what is expected', () => {
  test.each<[string, z.ZodType, string]>([
    ['a range', z.int().min(1).max(9), 'a whole number from 1 to 9'],
    ['an integer without limits', z.int(), 'a whole number'],
    ['a lower limit', z.number().min(0), 'a number, at least 0'],
    ['an open limit', z.number().positive(), 'a number, above 0'],
    ['an enum', z.enum(['a', 'b']), 'one of a, b'],
    ['a boolean', z.boolean(), 'true or false'],
    ['a URL', z.url(), 'a URL'],
    ['lengths', z.string().min(1).max(5), 'a text of 1 to 5 characters'],
    ['a pattern', z.string().regex(/^a+$/), 'a text that matches /^a+$/'],
    ['a list', z.array(z.string()), 'a list, such as a,b,c or a JSON array'],
    ['an object', z.object({ a: z.string() }), 'a JSON object'],
    ['one with a default', z.int().min(1).max(9).default(3), 'a whole number from 1 to 9'],
    ['an optional one', z.boolean().optional(), 'true or false'],
  ])('of %s', (_, type, expected) => {
    expect(one(type).expected).toBe(expected);
  });
});

test('doc and secrecy come from the schema', () => {
  expect(one(z.string().meta({ secret: true, description: 'The key.' }))).toMatchObject({
    secret: true,
    doc: 'The key.',
  });
  expect(one(z.string())).toMatchObject({ secret: false, doc: '' });
});

test('secrecy survives a default and being optional', () => {
  expect(one(z.string().meta({ secret: true }).optional()).secret).toBe(true);
  expect(one(z.string().meta({ secret: true }).default('x')).secret).toBe(true);
});

test('only what has no default and is not optional is required', () => {
  const settings = describeSettings(z.object({ a: z.string(), b: z.string().optional(), c: z.string().default('x') }));
  expect(settings.map(({ required }) => required)).toEqual([true, false, false]);
  expect(settings.map((setting) => setting.default)).toEqual([undefined, undefined, 'x']);
});
