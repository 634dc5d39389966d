import type { Kind } from '../load/client.ts';
import type { PhaseFigures, ReleaseFigures, Summary } from './summary.ts';

/** What people call the two kinds of clients. */
export const KIND_NAMES: Record<Kind, string> = { keepAlive: 'keep-alive', fresh: 'fresh' };

const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const seconds = (value: number | undefined): string => (value === undefined ? '' : `${(value / 1000).toFixed(2)} s`);
const count = (value: number): string => value.toLocaleString('en-US');

/** Columns as wide as their widest cell; the first `left` columns are flush left, the others flush right. */
export const align = (rows: string[][], left: number): string => {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), []);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const phaseRow = (figures: PhaseFigures): string[] => [
  figures.phase,
  KIND_NAMES[figures.kind],
  count(figures.requests),
  count(figures.failed),
  count(figures.retried),
  milliseconds(figures.p50Ms),
  milliseconds(figures.p99Ms),
  milliseconds(figures.maxMs),
];

const releaseRow = (figures: ReleaseFigures, index: number): string[] => [
  String(index + 1),
  figures.act,
  figures.to ?? '',
  seconds(figures.applyToSwitchMs),
  seconds(figures.overlapMs.keepAlive),
  seconds(figures.overlapMs.fresh),
  seconds(figures.endedMs === undefined ? undefined : figures.endedMs - figures.appliedMs),
  figures.kills > 0 ? `killed ${figures.kills} x` : '',
];

/** The summary as text for a person. */
export const renderSummary = ({ phases, releases, failures, promises }: Summary): string => {
  const blocks = [
    align(
      [['', 'clients', 'requests', 'failed', 'retried', 'p50', 'p99', 'max'], ...phases.map((row) => phaseRow(row))],
      2,
    ),
    align(
      [
        [
          '',
          'release',
          'revision',
          'apply to switch',
          'overlap keep-alive',
          'overlap fresh',
          'apply to rest',
          releases.some(({ kills }) => kills > 0) ? 'operator' : '',
        ],
        ...releases.map((row, index) => releaseRow(row, index)),
      ],
      3,
    ),
    'Overlap: from the first answer of the new release to the last answer of the old one; below 0 they never answered side by side.\nRetried: sent once more because the server closed the connection while the request was on its way.',
    failures.map(({ kind, reason, count: times }) => `${count(times)} x ${KIND_NAMES[kind]}: ${reason}`).join('\n'),
    promises.map(({ promise, held, found }) => `${held ? 'held  ' : 'BROKEN'}  ${promise}: ${found}`).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
