import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { contentHash, writeContext, type ImageSpec } from './image.ts';

let dir = '';
let spec: ImageSpec = { name: 'x', dockerfile: '', args: {}, files: {} };
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-image-'));
  await writeFile(join(dir, 'main.js'), 'one');
  spec = { name: 'x', dockerfile: 'FROM scratch', args: { ENTRY: 'x' }, files: { 'dist/x': dir } };
});
afterEach(() => rm(dir, { recursive: true }));

test('the same content has the same hash', async () => {
  expect(await contentHash(spec)).toBe(await contentHash({ ...spec }));
});

test('whatever goes into the image changes its hash', async () => {
  const before = await contentHash(spec);
  const others = [
    await contentHash({ ...spec, dockerfile: 'FROM other' }),
    await contentHash({ ...spec, base: 'node:24' }),
    await contentHash({ ...spec, args: { ENTRY: 'y' } }),
    await contentHash({ ...spec, files: { 'dist/y': dir } }),
  ];
  await writeFile(join(dir, 'main.js'), 'two');
  others.push(await contentHash(spec));
  await writeFile(join(dir, 'more.js'), '');
  others.push(await contentHash(spec));
  expect(new Set([before, ...others]).size).toBe(7);
});

test('the context holds the Dockerfile and what it copies', async () => {
  const context = join(dir, 'context');
  await writeContext({ ...spec, files: { 'dist/x/main.js': join(dir, 'main.js') } }, context);
  expect(await readFile(join(context, 'Dockerfile'), 'utf8')).toBe('FROM scratch');
  expect(await readFile(join(context, 'dist/x/main.js'), 'utf8')).toBe('one');
});
