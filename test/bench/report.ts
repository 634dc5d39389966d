import type { Phase } from './phase.ts';
import { table } from './table.ts';

/** Everything that a run has found out. */
export interface BenchReport {
  blueGreens: number;
  machine: { processors: number; node: string };
  phases: Phase[];
}

const fixed = (value: number | undefined, digits = 1): string => (value === undefined ? '' : value.toFixed(digits));
const megabytes = (bytes: number): string => fixed(bytes / 1e6);
const milliseconds = (seconds: number | undefined): string =>
  seconds === undefined ? '' : fixed(seconds * 1000, seconds < 0.1 ? 1 : 0);

/** A row of the table: what is measured, its unit, and its value in each phase. */
type Row = [what: string, unit: string, valueOf: (phase: Phase) => string];

const ROWS: Row[] = [
  ['time', 's', ({ seconds }) => fixed(seconds)],
  ['last request to last Ready', 's', ({ lagSeconds }) => fixed(lagSeconds)],
  ['each to Ready, p50', 's', ({ toReadySeconds }) => fixed(toReadySeconds?.p50, 2)],
  ['each to Ready, p99', 's', ({ toReadySeconds }) => fixed(toReadySeconds?.p99, 2)],
  ['each to Ready, max', 's', ({ toReadySeconds }) => fixed(toReadySeconds?.max, 2)],
  ['operator: memory at the end', 'MB RSS', ({ operator }) => megabytes(operator.rss)],
  ['operator: memory, most', 'MB RSS', ({ operator }) => megabytes(operator.peakRss)],
  ['operator: processor time', 's', ({ operator }) => fixed(operator.cpuSeconds, 2)],
  [
    'operator: processor use',
    '% of a core',
    ({ operator, seconds }) => fixed((operator.cpuSeconds / seconds) * 100, 2),
  ],
  ['operator: requests', '', ({ operator }) => String(operator.requests)],
  ['reconciles', '', ({ reconciles }) => String(reconciles.count)],
  ['reconcile, p50', 'ms', ({ reconciles }) => milliseconds(reconciles.p50Seconds)],
  ['reconcile, p99', 'ms', ({ reconciles }) => milliseconds(reconciles.p99Seconds)],
];

/** The report as text for a person: the phases side by side. */
export const renderReport = ({ blueGreens, machine, phases }: BenchReport): string => {
  const programs = [...new Set(phases.flatMap(({ others }) => Object.keys(others)))].toSorted();
  const others = programs.map((program): Row => [
    `${program}: processor time`,
    's',
    (phase) => fixed(phase.others[program], 2),
  ]);
  const rows = [...ROWS, ...others].map(([what, unit, valueOf]) => [[what], phases.map(valueOf), [unit]].flat());
  const head = `${blueGreens} BlueGreens with 1 replica each; ${machine.processors} processors, Node ${machine.node}`;
  return `${head}\n\n${table([['', ...phases.map(({ name }) => name), ''], ...rows])}`;
};
