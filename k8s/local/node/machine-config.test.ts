import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readIfThere, replaceFile } from './machine-config.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-config-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('a file with the same text is not written again, one with another text is', async () => {
  const path = join(dir, 'file');
  await replaceFile(path, 'one');
  const { ino } = await stat(path);
  await replaceFile(path, 'one');
  expect((await stat(path)).ino).toBe(ino);
  await replaceFile(path, 'two');
  expect((await stat(path)).ino).not.toBe(ino);
  expect(await readIfThere(path)).toBe('two');
  expect(await readdir(dir)).toEqual(['file']);
});
