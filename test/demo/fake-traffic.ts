import type { Kind } from '../load/client.ts';
import type { KindReport, ReportLine } from '../load/report.ts';
import { Traffic } from '../load/traffic.ts';

/** What one kind of client saw in a window: answers by revision as `[first, last]` times, and failures. */
export interface FakeWindow {
  answers: Record<string, [firstMs: number, lastMs: number]>;
  failed?: number;
}

const PER_REVISION = 100;

const report = ({ answers, failed = 0 }: FakeWindow): KindReport => {
  const ok = Object.keys(answers).length * PER_REVISION;
  return {
    sent: ok + failed,
    ok,
    failed,
    reasons: failed > 0 ? { 'status 503': failed } : {},
    failures: [],
    retried: 0,
    revisions: Object.fromEntries(
      Object.entries(answers).map(([revision, [firstAnswerMs, lastAnswerMs]]) => [
        revision,
        { answers: PER_REVISION, firstAnswerMs, lastAnswerMs },
      ]),
    ),
    latency: { buckets: [[64, ok]], maxMs: 0.064 },
  };
};

/** A report with one window a second from 0 on, for tests of what is made of it. */
export const fakeTraffic = (windows: Record<Kind, FakeWindow>[]): Traffic => {
  const traffic = new Traffic();
  for (const [seq, { keepAlive, fresh }] of windows.entries()) {
    const kinds = { keepAlive: report(keepAlive), fresh: report(fresh) };
    const line: ReportLine = { type: 'window', seq, fromMs: seq * 1000, toMs: (seq + 1) * 1000, kinds };
    traffic.add(line);
  }
  return traffic;
};
