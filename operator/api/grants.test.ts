import { expect, test } from '@jest/globals';
import { consumerId, grantedVersion, parseConsumer, toGrants, versionsByConsumer } from './grants.ts';

test('grants are written in one order, whatever the order of the decisions', () => {
  const one = toGrants(
    new Map([
      ['b', '2'],
      ['a', '1'],
      ['c', '1'],
    ]),
  );
  const other = toGrants(
    new Map([
      ['c', '1'],
      ['a', '1'],
      ['b', '2'],
    ]),
  );
  expect(one).toEqual([
    { version: '1', consumers: ['a', 'c'] },
    { version: '2', consumers: ['b'] },
  ]);
  expect(other).toEqual(one);
  expect(toGrants(versionsByConsumer(one))).toEqual(one);
});

test('a consumer is known by its kind and name', () => {
  const id = consumerId('Deployment', 'web');
  expect(id).toBe('Deployment/web');
  expect(parseConsumer(id)).toEqual({ kind: 'Deployment', name: 'web' });
  const status = { granted: [{ version: '1', consumers: [id] }] };
  expect(grantedVersion(status, id)).toBe('1');
  expect(grantedVersion(status, consumerId('BlueGreen', 'web'))).toBeUndefined();
});
