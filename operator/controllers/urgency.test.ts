import { expect, test } from '@jest/globals';
import { statusAt } from '../plan/world.fixture.ts';
import { rankOf } from './urgency.ts';

test('what is on its way is finished before something else begins', () => {
  const steps = ['Switching', 'Soaking', 'Filling', 'Waiting'] as const;
  const ranks = steps.map((name) => rankOf({ status: statusAt(name) }));
  expect(ranks).toEqual([0, 1, 2, 3]);
  expect(rankOf({ status: undefined })).toBe(3);
  expect(rankOf(undefined)).toBe(3);
});
