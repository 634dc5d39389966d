import { expect, test } from '@jest/globals';
import { Tally } from './tally.ts';

const answer = (revision: string, status = 200) => ({ kind: 'answer' as const, status, revision, retried: false });

test('every request is in exactly one of ok and failed', () => {
  const tally = new Tally();
  for (let i = 0; i < 4; i++) tally.send();
  tally.end(answer('v1'), 1000, 1002);
  tally.end(answer('v2', 503), 1001, 1005);
  tally.end({ kind: 'failed', reason: 'timeout', retried: true }, 1002, 2002);
  tally.end({ ...answer('v2'), retried: true }, 1003, 1004);
  expect(tally.report()).toMatchObject({
    sent: 4,
    ok: 2,
    failed: 2,
    retried: 2,
    reasons: { 'status 503': 1, timeout: 1 },
    failures: [
      { scheduledMs: 1001, endedMs: 1005, reason: 'status 503', revision: 'v2' },
      { scheduledMs: 1002, endedMs: 2002, reason: 'timeout' },
    ],
  });
});

test('an answer of any status counts for its revision, with the times of the first and the last', () => {
  const tally = new Tally();
  tally.end(answer('v1'), 0, 10);
  tally.end(answer('v2', 500), 0, 20);
  tally.end(answer('v1'), 0, 30);
  expect(tally.report().revisions).toEqual({
    v1: { answers: 2, firstAnswerMs: 10, lastAnswerMs: 30 },
    v2: { answers: 1, firstAnswerMs: 20, lastAnswerMs: 20 },
  });
});

test('latency counts from the scheduled time, for failures too', () => {
  const tally = new Tally();
  tally.end({ kind: 'failed', reason: 'timeout', retried: false }, 100, 10_100);
  expect(tally.report().latency.maxMs).toBe(10_000);
});
