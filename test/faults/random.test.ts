import { expect, test } from '@jest/globals';
import { pick, seededRandom } from './random.ts';

const draw = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
};

test('a seed gives the same numbers, another seed others', () => {
  expect(draw(7, 20)).toEqual(draw(7, 20));
  expect(draw(7, 20)).not.toEqual(draw(8, 20));
});

test('numbers are spread over [0, 1)', () => {
  const tenths = new Set(draw(1, 1000).map((value) => Math.floor(value * 10)));
  expect([...tenths].toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('every value is picked', () => {
  const random = seededRandom(3);
  const picked = new Set(Array.from({ length: 100 }, () => pick(random, ['a', 'b', 'c'])));
  expect(picked).toEqual(new Set(['a', 'b', 'c']));
});
