import { type Kind, KINDS } from '../load/client.ts';
import type { Span, Totals, Traffic } from '../load/traffic.ts';
import { type ReleaseRecord, switches } from './release-record.ts';

/** The limit for the time in which both releases answer. */
export const MAX_OVERLAP_MS = 1000;

/** The table's figures for one kind of client in one phase. */
export interface PhaseFigures {
  phase: 'control' | 'releases';
  kind: Kind;
  requests: number;
  failed: number;
  retried: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** The figures of one act. */
export interface ReleaseFigures extends ReleaseRecord {
  applyToSwitchMs?: number;
  /** For each kind of client; absent if traffic was not meant to move, or the new release did not answer. */
  overlapMs: Partial<Record<Kind, number>>;
}

/** One thing that was promised and what was found. */
export interface Promised {
  promise: string;
  held: boolean;
  found: string;
}

/** Everything that the demo has to say in the end. */
export interface Summary {
  phases: PhaseFigures[];
  releases: ReleaseFigures[];
  failures: { kind: Kind; reason: string; count: number }[];
  promises: Promised[];
}

/** What a run leaves behind. */
export interface Run {
  traffic: Traffic;
  records: ReleaseRecord[];
  control: Span;
  releases: Span;
  rates: Record<Kind, number>;
}

const EVER: Span = { fromMs: -Infinity, toMs: Infinity };

export const summarize = (run: Run): Summary => {
  const releases = run.records.map((record) => figuresOf(run, record));
  return {
    phases: [
      ...KINDS.map((kind) => phaseFigures('control', kind, run.traffic.totals(kind, run.control))),
      ...KINDS.map((kind) => phaseFigures('releases', kind, run.traffic.totals(kind, run.releases))),
    ],
    releases,
    failures: KINDS.flatMap((kind) =>
      [...run.traffic.totals(kind, EVER).reasons].map(([reason, count]) => ({ kind, reason, count })),
    ),
    promises: [noneFailed(run), fullRate(run), everyRelease(releases), crashNeverServed(run), shortOverlap(releases)],
  };
};

const phaseFigures = (phase: PhaseFigures['phase'], kind: Kind, totals: Totals): PhaseFigures => ({
  phase,
  kind,
  requests: totals.ok + totals.failed,
  failed: totals.failed,
  retried: totals.retried,
  p50Ms: totals.latency.quantile(0.5) ?? 0,
  p99Ms: totals.latency.quantile(0.99) ?? 0,
  maxMs: totals.latency.maxMs,
});

const figuresOf = ({ traffic }: Run, record: ReleaseRecord): ReleaseFigures => {
  const { from, to, appliedMs, switchedMs, endedMs } = record;
  const figures: ReleaseFigures = { ...record, overlapMs: {} };
  if (!switches(record) || to === undefined) return figures;
  if (switchedMs !== undefined) figures.applyToSwitchMs = switchedMs - appliedMs;
  for (const kind of KINDS) {
    const found = traffic.handOver(kind, from, to, { fromMs: appliedMs, toMs: endedMs ?? Infinity });
    if (found?.lastOldMs !== undefined) figures.overlapMs[kind] = found.overlapMs;
  }
  return figures;
};

const noneFailed = ({ traffic }: Run): Promised => {
  const all = KINDS.map((kind) => traffic.totals(kind, EVER));
  const failed = all.reduce((sum, totals) => sum + totals.failed, 0);
  const lost = all.reduce((sum, totals) => sum + totals.sent - totals.ok - totals.failed, 0);
  const sent = all.reduce((sum, totals) => sum + totals.sent, 0);
  const unknown = lost === 0 ? '' : `, ${lost} without an end`;
  return {
    promise: 'no request fails',
    held: failed === 0 && lost === 0,
    found: `${failed} of ${sent} failed${unknown}`,
  };
};

/** 0 failed of too few requests would prove nothing. */
const fullRate = ({ traffic, releases, rates }: Run): Promised => {
  const found = KINDS.map((kind) => {
    const { sent, spanMs } = traffic.totals(kind, releases);
    return { kind, rate: spanMs > 0 ? (sent * 1000) / spanMs : 0 };
  });
  return {
    promise: 'the load is as high as asked',
    held: found.every(({ kind, rate }) => rate >= rates[kind] * 0.98),
    found: `${found.map(({ rate }) => rate.toFixed(0)).join(' + ')} requests a second`,
  };
};

const everyRelease = (releases: ReleaseFigures[]): Promised => {
  const ended = releases.filter(
    ({ endedMs, expected, served }) => endedMs !== undefined && (expected === undefined || expected === served),
  );
  return {
    promise: 'every release ends as the last spec says',
    held: ended.length === releases.length && releases.length > 0,
    found: `${ended.length} of ${releases.length}`,
  };
};

const crashNeverServed = ({ traffic, records }: Run): Promised => {
  const crashed = records.flatMap(({ act, to }) => (act === 'crash' && to !== undefined ? [to] : []));
  const answers = KINDS.map((kind) => traffic.answers(kind, EVER));
  const served = crashed.reduce(
    (sum, name) => sum + answers.reduce((all, byName) => all + (byName.get(name) ?? 0), 0),
    0,
  );
  return { promise: 'a release that crashes never serves', held: served === 0, found: `${served} answers from it` };
};

const shortOverlap = (releases: ReleaseFigures[]): Promised => {
  const overlaps = releases.flatMap((release) => Object.values(release.overlapMs));
  const longest = Math.max(0, ...overlaps);
  return {
    promise: `both releases answer for less than ${MAX_OVERLAP_MS / 1000} s`,
    held: longest < MAX_OVERLAP_MS,
    found: `at most ${(longest / 1000).toFixed(2)} s in ${overlaps.length} hand-overs`,
  };
};
