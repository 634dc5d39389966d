import { expect, test } from '@jest/globals';
import { outdatedImages, useTag } from './outdated.ts';

test('the newest few of each repository are kept, whatever their order; those without a name are not', () => {
  const images = [
    { id: '1', names: ['relevo.local/users:a'], created: 1 },
    { id: '3', names: ['relevo.local/users:c'], created: 3 },
    { id: '2', names: ['relevo.local/users:b'], created: 2 },
    { id: '4', names: ['relevo.local/base:x'], created: 0 },
    { id: '5', names: null, created: 9 },
    { id: '6', names: ['host:5000/users:a'], created: 0 },
  ];
  expect(outdatedImages(images, 2)).toEqual(['relevo.local/users:a', '5']);
  expect(outdatedImages(images, 3)).toEqual(['5']);
});

test('a tag that is used again is the newest; the oldest goes', () => {
  expect(useTag(['b', 'a'], 'c', 3)).toEqual({ used: ['c', 'b', 'a'], outdated: [] });
  expect(useTag(['c', 'b', 'a'], 'a', 3)).toEqual({ used: ['a', 'c', 'b'], outdated: [] });
  expect(useTag(['c', 'b', 'a'], 'd', 3)).toEqual({ used: ['d', 'c', 'b'], outdated: ['a'] });
});
