import { expect, test } from '@jest/globals';
import type { Setting, SettingType } from './setting.ts';
import { readValue } from './value.ts';

const setting = (type: SettingType): Setting => ({
  key: 'key',
  flag: '--key',
  variable: 'KEY',
  type,
  expected: '',
  doc: '',
  secret: false,
  required: false,
  default: undefined,
});

test.each<[SettingType, string, unknown]>([
  ['string', ' 1 ', ' 1 '],
  ['integer', '8080', 8080],
  ['number', '-1.5', -1.5],
  ['number', '1e3', 1000],
  ['boolean', 'TRUE', true],
  ['boolean', '0', false],
  ['array', 'a, b,,c', ['a', 'b', 'c']],
  ['array', '["a,b", "c"]', ['a,b', 'c']],
  ['object', '{"a":1}', { a: 1 }],
])('%s %j', (type, text, value) => {
  expect(readValue(text, setting(type))).toEqual(value);
});

test.each<[SettingType, string]>([
  ['integer', ''],
  ['integer', '8o8o'],
  ['boolean', 'yes'],
  ['array', '[1,'],
  ['object', '{'],
])('%s %j is left for the schema to refuse', (type, text) => {
  expect(readValue(text, setting(type))).toBe(text);
});
