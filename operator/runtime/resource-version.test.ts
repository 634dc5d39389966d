import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareResourceVersions } from './resource-version.ts';

test('orders resource versions as numbers, however long they are', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), fc.bigInt({ min: 0n, max: 2n ** 70n }), (a, b) => {
      const order = Math.sign(compareResourceVersions(String(a), String(b)));
      expect(order).toBe(a === b ? 0 : a < b ? -1 : 1);
    }),
  );
  expect(compareResourceVersions('9', '10')).toBeLessThan(0);
});
