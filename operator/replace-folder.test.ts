import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { replaceFolder } from './replace-folder.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-replace-'));
});

afterEach(async () => rm(dir, { recursive: true, force: true }));

const folder = async (name: string, files: Record<string, string>): Promise<string> => {
  const path = join(dir, name);
  await mkdir(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
};

test('the new content is there, the old one is gone, nothing else is left', async () => {
  const to = await folder('to', { 'main.js': 'old', 'chunk-old.js': '' });
  await replaceFolder(await folder('from', { 'main.js': 'new', 'chunk-new.js': '' }), to);
  expect(await readdir(dir)).toEqual(['to']);
  expect((await readdir(to)).toSorted()).toEqual(['chunk-new.js', 'main.js']);
  expect(await readFile(join(to, 'main.js'), 'utf8')).toBe('new');
});

test('a place that does not exist yet is made', async () => {
  await replaceFolder(await folder('from', { 'main.js': 'new' }), join(dir, 'a/b'));
  expect(await readFile(join(dir, 'a/b/main.js'), 'utf8')).toBe('new');
});

test('the same content is left in peace', async () => {
  const to = await folder('to', { 'main.js': 'same' });
  const before = await stat(to);
  await replaceFolder(await folder('from', { 'main.js': 'same' }), to);
  expect((await stat(to)).ino).toBe(before.ino);
  expect(await readdir(dir)).toEqual(['to']);
});

test('many at once all end, with the whole of one of them', async () => {
  const to = join(dir, 'to');
  const replace = async (number: number): Promise<void> => {
    const text = String(number);
    await replaceFolder(await folder(`from-${number}`, { 'main.js': text, 'chunk.js': text }), to);
  };
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 8 }, (_, number) => replace(round * 8 + number)));
    const [main, chunk] = await Promise.all(['main.js', 'chunk.js'].map((file) => readFile(join(to, file), 'utf8')));
    expect(chunk).toBe(main);
    expect(await readdir(dir)).toEqual(['to']);
  }
});
