import { expect, test } from '@jest/globals';
import { seededRandom } from '../faults/random.ts';
import { KINDS, nextKind } from './turn.ts';

const fifty = (seed: number): string[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 50 }, () => nextKind(random));
};

test('every kind of turn comes, the plain releases most often', () => {
  const random = seededRandom(1);
  const drawn = Array.from({ length: 2000 }, () => nextKind(random));
  const times = (kind: string): number => drawn.filter((one) => one === kind).length;
  for (const kind of KINDS) expect(times(kind)).toBeGreaterThan(40);
  expect(times('code') + times('config')).toBeGreaterThan(800);
});

test('a seed gives the same turns again', () => {
  expect(fifty(7)).toEqual(fifty(7));
  expect(fifty(7)).not.toEqual(fifty(8));
});
