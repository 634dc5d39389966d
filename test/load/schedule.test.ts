import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Schedule } from './schedule.ts';

describe('Schedule', () => {
  test('the first request is due at once, the others follow evenly', () => {
    const schedule = new Schedule(4, 1000);
    expect(schedule.take(1000)).toEqual([1000]);
    expect(schedule.nextMs).toBe(1250);
    expect(schedule.take(1249)).toEqual([]);
    expect(schedule.take(1600)).toEqual([1250, 1500]);
  });

  test('a rate of 0 asks for nothing', () => {
    const schedule = new Schedule(0, 1000);
    expect(schedule.take(1e12)).toEqual([]);
    expect(schedule.nextMs).toBe(Infinity);
  });

  test('whenever it is asked, nothing is lost, doubled or early', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.array(fc.integer({ min: 0, max: 500 })), (rate, pauses) => {
        const schedule = new Schedule(rate, 0);
        const taken: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const due = schedule.take(now);
          expect(due.every((time) => time <= now)).toBe(true);
          taken.push(...due);
        }
        const atOnce = new Schedule(rate, 0).take(now);
        expect(pauses.length === 0 ? [] : atOnce).toEqual(taken);
      }),
    );
  });
});
