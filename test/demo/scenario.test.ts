import { expect, test } from '@jest/globals';
import { scenario } from './scenario.ts';

test('mixes code and config, crashes in the middle and ends where it began', () => {
  expect(scenario(5)).toEqual('code config code crash correct config code rollback forward undo restore'.split(' '));
});

test('makes as many releases as asked', () => {
  for (const releases of [2, 3, 20]) {
    const acts = scenario(releases);
    expect(acts.filter((act) => act === 'code' || act === 'config')).toHaveLength(releases);
    expect(acts.at(-1)).toBe('restore');
  }
});
