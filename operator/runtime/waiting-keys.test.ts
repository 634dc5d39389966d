import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { WaitingKeys } from './waiting-keys.ts';

const takeAll = (keys: WaitingKeys): (string | undefined)[] =>
  Array.from({ length: keys.size }, () => keys.take()?.key);

test('the most urgent come first, and of these the oldest', () => {
  const keys = new WaitingKeys();
  keys.add('late', 2, 0);
  keys.add('first', 0, 1);
  keys.add('second', 0, 2);
  expect(keys.has('second')).toBe(true);
  expect(takeAll(keys)).toEqual(['first', 'second', 'late']);
  expect(keys.take()).toBeUndefined();
  expect(keys.size).toBe(0);
});

test('every fourth is the oldest of all, so that none waits for ever', () => {
  const keys = new WaitingKeys();
  keys.add('patient', 9, 0);
  for (let since = 1; since <= 5; since += 1) keys.add(`urgent ${since}`, 0, since);
  expect(takeAll(keys)).toEqual(['urgent 1', 'urgent 2', 'urgent 3', 'patient', 'urgent 4', 'urgent 5']);
});

test('gives back each key that was added, once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.nat(3))), (added) => {
      const keys = new WaitingKeys();
      let since = 0;
      for (const [key, rank] of added) if (!keys.has(key)) keys.add(key, rank, since++);
      const expected = new Set(added.map(([key]) => key));
      expect(keys.size).toBe(expected.size);
      expect(new Set(takeAll(keys))).toEqual(expected);
      expect(keys.size).toBe(0);
    }),
  );
});
