import { expect, test } from '@jest/globals';
import { countOf, countsBetween, parseCounts, quantileOf } from './reconciles.ts';

const metrics = (counts: number[], requests: number): string =>
  [
    '# TYPE controller_runtime_reconcile_time_seconds histogram',
    ...['0.005', '0.01', '+Inf'].map(
      (bound, i) =>
        `controller_runtime_reconcile_time_seconds_bucket{le="${bound}",controller="bluegreen"} ${counts[i] ?? 0}`,
    ),
    `rest_client_requests_total{code="200",method="GET",host="a:1"} ${requests}`,
    'rest_client_requests_total{code="409",method="PUT",host="a:1"} 1',
  ].join('\n');

test('what was counted between two readings', () => {
  const { reconciles, requests } = countsBetween(
    parseCounts(metrics([4, 5, 5], 10)),
    parseCounts(metrics([4, 15, 15], 30)),
  );
  expect(requests).toBe(20);
  expect(countOf(reconciles)).toBe(10);
  // All ten are between 5 and 10 ms.
  expect(quantileOf(reconciles, 0.5)).toBeCloseTo(0.0075);
  expect(quantileOf(reconciles, 1)).toBeCloseTo(0.01);
});

test('nothing was counted', () => {
  expect(quantileOf(parseCounts('').reconciles, 0.5)).toBeUndefined();
});

test('a value above all bounds counts as the highest bound', () => {
  expect(quantileOf(parseCounts(metrics([0, 0, 3], 0)).reconciles, 0.99)).toBe(0.01);
});
