import { describe, expect, test } from '@jest/globals';
import { fakeTraffic, type FakeWindow } from './fake-traffic.ts';
import type { ReleaseRecord } from './release-record.ts';
import { type Run, summarize } from './summary.ts';
import { renderSummary } from './table.ts';

const before: FakeWindow = { answers: { v1: [10, 990] } };
const during: FakeWindow = { answers: { v1: [1010, 1500], v2: [1300, 1990] } };
const after: FakeWindow = { answers: { v2: [2010, 2990] } };

const release: ReleaseRecord = {
  act: 'code',
  from: 'v1',
  to: 'v2',
  appliedMs: 1000,
  switchedMs: 1250,
  endedMs: 3000,
  kills: 0,
};

const run = (windows: FakeWindow[], records: ReleaseRecord[] = [release]): Run => ({
  traffic: fakeTraffic(windows.map((window) => ({ keepAlive: window, fresh: window }))),
  records,
  control: { fromMs: 0, toMs: 1000 },
  releases: { fromMs: 1000, toMs: 3000 },
  rates: { keepAlive: 100, fresh: 100 },
});

const broken = (summary: ReturnType<typeof summarize>): string[] =>
  summary.promises.filter(({ held }) => !held).map(({ promise, found }) => `${promise}: ${found}`);

describe('summarize', () => {
  test('tells control from releases and measures each hand-over', () => {
    const summary = summarize(run([before, during, after]));
    expect(summary.phases.map(({ phase, kind, requests }) => [phase, kind, requests])).toEqual([
      ['control', 'keepAlive', 100],
      ['control', 'fresh', 100],
      ['releases', 'keepAlive', 300],
      ['releases', 'fresh', 300],
    ]);
    expect(summary.releases).toMatchObject([{ applyToSwitchMs: 250, overlapMs: { keepAlive: 200, fresh: 200 } }]);
    expect(broken(summary)).toEqual([]);
  });

  test('one failed request breaks the promise', () => {
    const summary = summarize(run([before, { ...during, failed: 1 }, after]));
    expect(broken(summary)).toEqual(['no request fails: 2 of 802 failed']);
    expect(summary.failures).toEqual([
      { kind: 'keepAlive', reason: 'status 503', count: 1 },
      { kind: 'fresh', reason: 'status 503', count: 1 },
    ]);
  });

  test('too little load proves nothing', () => {
    const summary = summarize({ ...run([before, during, after]), rates: { keepAlive: 400, fresh: 100 } });
    expect(broken(summary)).toEqual(['the load is as high as asked: 150 + 150 requests a second']);
  });

  test('a hand-over of a second or more breaks the promise', () => {
    const late: FakeWindow = { answers: { v1: [2010, 2300], v2: [2010, 2990] } };
    expect(broken(summarize(run([before, during, late])))).toEqual([
      'both releases answer for less than 1 s: at most 1.00 s in 2 hand-overs',
    ]);
  });

  test('an answer of a release that crashes breaks the promise', () => {
    const crash: ReleaseRecord = { act: 'crash', from: 'v1', to: 'v2', appliedMs: 1000, endedMs: 2000, kills: 0 };
    expect(broken(summarize(run([before, during, after], [crash])))).toEqual([
      'a release that crashes never serves: 400 answers from it',
    ]);
    expect(broken(summarize(run([before, before, before], [crash])))).toEqual([]);
  });

  test('a release that did not end breaks the promise', () => {
    const { endedMs: _, ...open } = release;
    expect(broken(summarize(run([before, during, after], [open])))).toEqual([
      'every release ends as the last spec says: 0 of 1',
    ]);
  });

  test('a release that ends with another revision than it must breaks the promise', () => {
    const wrong: ReleaseRecord = { ...release, expected: 'v1', served: 'v2' };
    expect(broken(summarize(run([before, during, after], [wrong])))).toEqual([
      'every release ends as the last spec says: 0 of 1',
    ]);
    expect(broken(summarize(run([before, during, after], [{ ...wrong, expected: 'v2' }])))).toEqual([]);
  });

  test('a run without any release proves nothing', () => {
    expect(broken(summarize(run([before, before, before], [])))).toEqual([
      'every release ends as the last spec says: 0 of 0',
    ]);
  });
});

describe('renderSummary', () => {
  test('says everything in tables', () => {
    const text = renderSummary(summarize(run([before, during, after])));
    expect(text).toContain('control   keep-alive       100       0        0');
    expect(text).toContain('1  code     v2                 0.25 s              0.20 s         0.20 s         2.00 s');
    expect(text).toContain('held    no request fails: 0 of 800 failed');
  });

  test('tells in which releases the operator was killed', () => {
    const text = renderSummary(summarize(run([before, during, after], [{ ...release, kills: 2 }])));
    expect(text).toMatch(/apply to rest +operator\n/);
    expect(text).toMatch(/2\.00 s +killed 2 x\n/);
  });

  test('marks what did not hold', () => {
    const text = renderSummary(summarize(run([before, { ...during, failed: 1 }, after])));
    expect(text).toContain('1 x keep-alive: status 503');
    expect(text).toContain('BROKEN  no request fails: 2 of 802 failed');
  });
});
