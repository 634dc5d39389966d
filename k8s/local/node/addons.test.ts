import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { withImages } from './addons.ts';

const image = (name: string) => ({
  name,
  repository: `relevo.local/${name}`,
  tag: 'a1',
  ref: `relevo.local/${name}:a1`,
});

test('every image of the manifests is one that is built', async () => {
  const manifests = await readFile(new URL('addons.yaml', import.meta.url), 'utf8');
  const text = withImages(manifests, [image('coredns'), image('metrics-server')]);
  expect(text).not.toContain('${');
  expect(text.match(/image: .*/g)).toEqual(['image: relevo.local/coredns:a1', 'image: relevo.local/metrics-server:a1']);
  expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
});
