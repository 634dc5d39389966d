import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { bucketOf, Histogram, upperBound } from './histogram.ts';

const latency = fc.double({ min: 0, max: 60_000, noNaN: true });

describe('buckets', () => {
  test('hold every value with at most 1/64 of error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000_000 }), (value) => {
        const bound = upperBound(bucketOf(value));
        expect(bound).toBeGreaterThanOrEqual(value);
        expect(bound - value).toBeLessThanOrEqual(value / 64);
      }),
    );
  });

  test('follow each other without a gap', () => {
    for (let bucket = 0; bucket < 1000; bucket++) expect(bucketOf(upperBound(bucket) + 1)).toBe(bucket + 1);
  });
});

describe('Histogram', () => {
  test('knows nothing at first', () => {
    const histogram = new Histogram();
    expect([histogram.count, histogram.maxMs, histogram.quantile(0.5)]).toEqual([0, 0, undefined]);
  });

  test('gives the quantiles of what was recorded', () => {
    const histogram = new Histogram();
    for (let value = 1; value <= 1000; value++) histogram.record(value);
    expect(histogram.count).toBe(1000);
    expect(histogram.quantile(0.5)).toBeGreaterThanOrEqual(500);
    expect(histogram.quantile(0.5)).toBeLessThan(509);
    expect(histogram.quantile(0.99)).toBeGreaterThanOrEqual(990);
    expect(histogram.quantile(1)).toBe(1000);
  });

  test('a quantile is never below the true one, and at most 1/64 and a microsecond above', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const histogram = new Histogram();
          for (const value of values) histogram.record(value);
          const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? NaN;
          const found = histogram.quantile(q) ?? NaN;
          expect(found).toBeGreaterThanOrEqual(exact - 0.001);
          expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 64) + 0.001);
        },
      ),
    );
  });

  test('merged digests equal one histogram of everything', () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (left, right) => {
        const [a, b, all] = [new Histogram(), new Histogram(), new Histogram()];
        for (const value of left) a.record(value);
        for (const value of right) b.record(value);
        for (const value of [...left, ...right]) all.record(value);
        expect(new Histogram().merge(a.digest()).merge(b.digest()).digest()).toEqual(all.digest());
      }),
    );
  });
});
