import { expect, test } from '@jest/globals';
import { traceIdOf } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

test("the caller's trace goes on", () => {
  expect(traceIdOf(`00-${traceId}-00f067aa0ba902b7-01`)).toBe(traceId);
});

test.each([
  ['none', undefined],
  ['no trace', 'hello'],
  ['an all-zero trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['capitals, which the standard forbids', `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`],
])('%s: a new one begins', (_, header) => {
  expect(traceIdOf(header, () => 'new')).toBe('new');
  expect(traceIdOf(header)).toMatch(/^[0-9a-f]{32}$/);
});
