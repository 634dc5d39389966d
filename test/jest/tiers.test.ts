import { expect, test } from '@jest/globals';
import { chooseTiers, lanesOf, missing } from './tiers.ts';

test('tiers run in their order, all of them unless named', () => {
  expect(chooseTiers([])).toEqual(['unit', 'charts', 'api', 'cluster']);
  expect(chooseTiers(['api', 'unit'])).toEqual(['unit', 'api']);
  expect(() => chooseTiers(['apu'])).toThrow('Expected a tier (unit, charts, api, cluster), found "apu"');
});

test('the tests on the node run beside all others, unless they are to run in order', () => {
  const tiers = chooseTiers([]);
  expect(lanesOf(tiers, false)).toEqual([['unit', 'charts', 'api'], ['cluster']]);
  expect(lanesOf(tiers, true)).toEqual([tiers]);
  expect(lanesOf(['cluster'], false)).toEqual([['cluster']]);
});

test('a tier that lacks something says what to do', () => {
  const root = { platform: 'linux', uid: 0 };
  expect(missing('cluster', root)).toBeUndefined();
  expect(missing('unit', { platform: 'darwin', uid: 501, withoutTools: 'no Go' })).toBeUndefined();
  expect(missing('api', { ...root, withoutTools: 'no Go' })).toBe('no Go');
  expect(missing('cluster', { ...root, uid: 1000 })).toContain('sudo');
  expect(missing('cluster', { ...root, platform: 'darwin' })).toContain('found darwin');
});
