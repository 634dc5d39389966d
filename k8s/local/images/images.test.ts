import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { instanceOf } from '../node/instance.ts';
import { loadImages, type ImageArchive, type ImageHolder } from './images.ts';

let dir: string;
let held: Set<string>;
let node: ImageHolder;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-images-'));
  held = new Set();
  node = {
    instance: instanceOf({ name: 'test', checkout: dir, env: { RELEVO_STATE_DIR: dir } }),
    hasImage: async (ref) => held.has(ref),
    importImage: async (archive) => void held.add(archive),
    removeImage: async (ref) => void held.delete(ref),
  };
});

afterEach(async () => rm(dir, { recursive: true }));

/** An image whose archive is its own name. */
const image = (name: string, tag: number): ImageArchive => {
  const repository = `relevo.local/${name}`;
  const ref = `${repository}:${tag}`;
  return { name, repository, tag: String(tag), ref, archive: ref };
};

const load = (...images: ImageArchive[]): Promise<void> => loadImages(node, images, () => undefined);

test('the node keeps the last images of each name, and what was not loaded here', async () => {
  held.add('relevo.local/users:by-hand');
  await load(image('operator', 0));
  for (let tag = 1; tag <= 12; tag += 1) await load(image('users', tag));
  // Used again, so it is the newest.
  await load(image('users', 1));
  await load(image('users', 13));
  expect(held).not.toContain('relevo.local/users:2');
  expect([...held].toSorted()).toEqual(
    [
      'relevo.local/operator:0',
      'relevo.local/users:by-hand',
      ...[1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((tag) => `relevo.local/users:${tag}`),
    ].toSorted(),
  );
});
