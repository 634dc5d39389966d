import { describe, expect, test } from '@jest/globals';
import type { KindReport, ReportLine, RevisionReport } from './report.ts';
import { Traffic } from './traffic.ts';

const kind = (revisions: Record<string, RevisionReport>, failed = 0): KindReport => {
  const answers = Object.values(revisions).reduce((sum, report) => sum + report.answers, 0);
  return {
    sent: answers + failed,
    ok: answers,
    failed,
    reasons: failed > 0 ? { timeout: failed } : {},
    failures: [],
    retried: 0,
    revisions,
    latency: { buckets: [[100, answers]], maxMs: 0.1 },
  };
};

const revision = (answers: number, firstAnswerMs: number, lastAnswerMs: number): RevisionReport => ({
  answers,
  firstAnswerMs,
  lastAnswerMs,
});

/** Windows of 250 ms from 0 on. */
const window = (seq: number, keepAlive: KindReport, fresh = kind({})): ReportLine => ({
  type: 'window',
  seq,
  fromMs: seq * 250,
  toMs: (seq + 1) * 250,
  kinds: { keepAlive, fresh },
});

const traffic = (...lines: ReportLine[]): Traffic => {
  const all = new Traffic();
  for (const line of lines) all.add(line);
  return all;
};

const handOver = [
  window(0, kind({ v1: revision(100, 3, 249) })),
  window(1, kind({ v1: revision(60, 251, 499), v2: revision(40, 330, 498) })),
  window(2, kind({ v1: revision(5, 501, 520), v2: revision(95, 502, 749) }, 2)),
  window(3, kind({ v2: revision(100, 750, 999) })),
  window(4, kind({ v2: revision(100, 1000, 1249) })),
];

describe('Traffic', () => {
  test('sums up a span', () => {
    const totals = traffic(...handOver).totals('keepAlive', { fromMs: 250, toMs: 1000 });
    expect(totals).toMatchObject({ spanMs: 750, sent: 302, ok: 300, failed: 2, reasons: new Map([['timeout', 2]]) });
    expect(totals.latency.count).toBe(300);
  });

  test('counts what has ended as it comes', () => {
    expect(traffic(...handOver).counts('keepAlive')).toEqual({ ended: 502, failed: 2 });
    expect(traffic().counts('fresh')).toEqual({ ended: 0, failed: 0 });
  });

  test('a window belongs to the span in which it ends', () => {
    const all = traffic(...handOver);
    const sent = (fromMs: number, toMs: number) => all.totals('keepAlive', { fromMs, toMs }).sent;
    expect([sent(-Infinity, Infinity), sent(0, 250), sent(250, 499), sent(250, 500), sent(1250, 9999)]).toEqual([
      502, 100, 0, 100, 0,
    ]);
  });

  test('counts answers by revision', () => {
    const answers = traffic(...handOver).answers('keepAlive', { fromMs: 0, toMs: Infinity });
    expect(answers).toEqual(
      new Map([
        ['v1', 165],
        ['v2', 335],
      ]),
    );
  });

  test('measures the overlap of two releases', () => {
    const found = traffic(...handOver).handOver('keepAlive', 'v1', 'v2', { fromMs: 0, toMs: Infinity });
    expect(found).toEqual({ firstNewMs: 330, lastOldMs: 520, overlapMs: 190 });
  });

  test('a release that did not answer has taken nothing over', () => {
    expect(traffic(...handOver).handOver('fresh', 'v1', 'v2', { fromMs: 0, toMs: Infinity })).toBeUndefined();
  });

  test('is settled when the newest windows know one revision only', () => {
    const all = new Traffic();
    const settled = handOver.map((line) => {
      all.add(line);
      return all.isSettledOn('v2', 2, 250);
    });
    expect(settled).toEqual([false, false, false, false, true]);
    expect(all.isSettledOn('v2', 2, 800)).toBe(false);
  });

  test('takes every line once and in order', () => {
    const all = traffic(window(0, kind({})));
    expect(all.add(window(0, kind({})))).toBe(false);
    expect(() => all.add(window(2, kind({})))).toThrow('Expected line 1');
  });
});
