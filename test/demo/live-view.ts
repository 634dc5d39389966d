import { KINDS } from '../load/client.ts';
import type { Traffic } from '../load/traffic.ts';
import type { ReleaseRecord } from './release-record.ts';
import { align, KIND_NAMES } from './table.ts';

/** What is shown while the demo runs. */
export interface LiveState {
  phase: string;
  traffic: Traffic;
  records: readonly ReleaseRecord[];
  /** How many acts there are in all. */
  acts: number;
  serving: string | undefined;
}

const RECENT_MS = 2000;
const RECENT_RECORDS = 8;

const milliseconds = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(1)} ms`);

/** A bar for each revision that answered lately, so that a hand-over can be seen. */
const trafficRows = ({ traffic }: LiveState): string[][] => {
  const recent = { fromMs: traffic.latestMs - RECENT_MS, toMs: traffic.latestMs };
  return KINDS.map((kind) => {
    const { ok, failed, latency, spanMs } = traffic.totals(kind, recent);
    const all = traffic.counts(kind);
    const rate = spanMs > 0 ? Math.round(((ok + failed) * 1000) / spanMs) : 0;
    const shares = [...traffic.answers(kind, recent)].map(
      ([revision, answers]) => `${revision} ${Math.round((100 * answers) / Math.max(1, ok + failed))}%`,
    );
    return [
      KIND_NAMES[kind],
      `${rate}/s`,
      milliseconds(latency.quantile(0.5)),
      milliseconds(latency.quantile(0.99)),
      all.ended.toLocaleString('en-US'),
      String(all.failed),
      shares.join('  '),
    ];
  });
};

const recordRow = (record: ReleaseRecord, number: number): string[] => {
  const { act, to, appliedMs, switchedMs, endedMs, waitingFor, kills } = record;
  const killed = kills > 0 ? `, operator killed ${kills} x` : '';
  const state =
    endedMs === undefined
      ? `… ${waitingFor ?? ''}${killed}`
      : `${switchedMs === undefined ? 'done' : `switched after ${((switchedMs - appliedMs) / 1000).toFixed(2)} s`}${killed}`;
  return [String(number), act, to ?? '', state];
};

/** The whole picture, as lines no longer than the terminal is wide. */
export const renderLive = (state: LiveState, columns: number): string[] => {
  const { records, acts } = state;
  const first = Math.max(0, records.length - RECENT_RECORDS);
  const rows = records.slice(first).map((record, i) => recordRow(record, first + i + 1));
  const text = [
    `${state.phase}   release ${records.length} of ${acts}   serving: ${state.serving ?? 'nothing'}`,
    '',
    align(
      [['clients', 'rate', 'p50', 'p99', 'requests', 'failed', 'answers by revision, last 2 s'], ...trafficRows(state)],
      1,
    ),
    '',
    align(rows, 4),
  ].join('\n');
  return text.split('\n').map((line) => line.slice(0, Math.max(20, columns - 1)));
};
