import type { ChecksStatus, CheckPhase, CheckStatus } from '../../api/checks.ts';
import { since } from '../output/duration.ts';
import { after, dim, span } from '../output/line.ts';
import type { Line, Tone } from '../output/line.ts';
import { table } from '../output/table.ts';

const PHASES: Readonly<Record<CheckPhase, { sign: string; tone: Tone }>> = {
  Pending: { sign: '·', tone: 'dim' },
  Running: { sign: '◐', tone: 'accent' },
  Passed: { sign: '✔', tone: 'good' },
  Failed: { sign: '✖', tone: 'bad' },
};

const STAGES = { Before: 'before the switch', After: 'after the switch' } as const;

/** How the checks of the newest release stand. */
export const renderChecks = (checks: ChecksStatus | undefined, now: number): Line[] => {
  if (checks === undefined || checks.results.length === 0) return [];
  const rows = table(checks.results.map((result) => checkCells(result, now)));
  return [[], [dim(`  checks ${STAGES[checks.stage]}, of ${checks.revision}`)], ...rows.map((row) => after('  ', row))];
};

const checkCells = (
  { name, kind, phase, passed, failed, inconclusive, last, lastAt }: CheckStatus,
  now: number,
): Line[] => {
  const { sign, tone } = PHASES[phase];
  const counts = [`${passed} passed`, ...some(failed, 'failed'), ...some(inconclusive, 'inconclusive')].join(', ');
  const age = lastAt === undefined ? [] : [dim(`  ${since(lastAt, now)} ago`)];
  return [[span(`${sign} ${name}`, tone)], [dim(kind)], [counts], [last ?? '', ...age]];
};

const some = (count: number, word: string): string[] => (count === 0 ? [] : [`${count} ${word}`]);
