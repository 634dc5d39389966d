import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { dotenvLayer } from './dotenv.ts';
import { environmentLayer } from './environment.ts';
import { folderLayer } from './folder.ts';
import type { Setting } from './setting.ts';

const setting: Setting = {
  key: 'pageSize',
  flag: '--page-size',
  variable: 'PAGE_SIZE',
  type: 'integer',
  expected: 'a whole number',
  doc: '',
  secret: false,
  required: true,
  default: undefined,
};

test('the environment', () => {
  expect(environmentLayer({ PAGE_SIZE: '3' }).find(setting)).toEqual({
    text: '3',
    source: 'environment variable PAGE_SIZE',
  });
  expect(environmentLayer({}).find(setting)).toBeUndefined();
});

test('a .env file with comments and quotes', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, '.env');
  writeFileSync(path, '# how many\nPAGE_SIZE="3" # a page\nOTHER=x\n');
  expect(dotenvLayer(path).find(setting)).toEqual({ text: '3', source: `PAGE_SIZE in ${path}` });
});

test('a missing .env file', () => {
  expect(dotenvLayer('/nowhere/.env').find(setting)).toBeUndefined();
});

test('a folder with one file a key', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'PAGE_SIZE');
  writeFileSync(path, '3\n');
  expect(folderLayer(folder.path).find(setting)).toEqual({ text: '3', source: `file ${path}` });
});

test('of a file only the last line break is dropped', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'PAGE_SIZE'), 'a\nb\n\n');
  expect(folderLayer(folder.path).find(setting)?.text).toBe('a\nb\n');
});

test('a missing folder', () => {
  expect(folderLayer('/nowhere').find(setting)).toBeUndefined();
});

test('a file that cannot be read says so', () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'PAGE_SIZE'));
  expect(() => folderLayer(folder.path).find(setting)).toThrow('PAGE_SIZE: expected a readable file, found EISDIR');
});
