import type { Setting, SettingType } from './setting.ts';

/**
 * Reads the text that a layer found as the setting's type. A text that cannot be read is given back as it is: the
 * schema then refuses it, so that every bad value is reported by the same words.
 */
export const readValue = (text: string, { type }: Setting): unknown => READERS[type](text);

const readNumber = (text: string): unknown => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text));

const readBoolean = (text: string): unknown => booleans.get(text.trim().toLowerCase()) ?? text;

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const readList = (text: string): unknown => (text.trimStart().startsWith('[') ? readJson(text) : splitList(text));

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const READERS: Record<SettingType, (text: string) => unknown> = {
  string: (text) => text,
  integer: readNumber,
  number: readNumber,
  boolean: readBoolean,
  array: readList,
  object: readJson,
};
