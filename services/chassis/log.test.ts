import { expect, test } from '@jest/globals';
import { timeField } from './log.ts';

test('each line has its own millisecond, also when the second changes or the clock is set back', () => {
  let now = 0;
  const field = timeField(() => now);
  const times = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.009Z', '2026-01-01T00:00:00.999Z'];
  times.push('2026-01-01T00:00:01.000Z', '2026-01-01T00:00:01.042Z', '2025-12-31T23:59:59.500Z');
  for (const time of times) {
    now = Date.parse(time);
    expect(field()).toBe(`,"time":"${time}"`);
  }
});
