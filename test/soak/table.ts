import { align, KIND_NAMES } from '../demo/table.ts';
import { KINDS } from '../load/client.ts';
import type { SoakReport } from './tally.ts';
import { KINDS as TURNS, type TurnRecord } from './turn.ts';

const seconds = (ms: number | undefined): string => (ms === undefined ? '' : `${(ms / 1000).toFixed(2)} s`);
const milliseconds = (ms: number): string => `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
const count = (value: number): string => value.toLocaleString('en-US');

/** One turn, as a line. */
export const renderTurn = (record: TurnRecord): string => {
  const { number, kind, from, to, appliedMs, switchedMs, endedMs, kills, crashed, problem } = record;
  const until = (end: number | undefined): string => (end === undefined ? '-' : seconds(end - appliedMs));
  const times = `${until(switchedMs).padStart(8)} to switch ${until(endedMs).padStart(8)} to rest`;
  const victims = [...(kills > 0 ? ['operator'] : []), ...(crashed === undefined ? [] : [crashed])];
  const killed = victims.length > 0 ? `  ${victims.join(' and ')} killed` : '';
  const needs = problem === undefined ? '' : `  NEEDS A HAND: ${problem}`;
  return `${String(number).padStart(5)}  ${kind.padEnd(11)}  ${from} → ${to ?? '?'}  ${times}${killed}${needs}`;
};

/** The report as text for a person. */
export const renderReport = (report: SoakReport): string => {
  const turnRows = TURNS.flatMap((kind) => {
    const found = report.turns[kind];
    if (found === undefined) return [];
    const { turns, switches, problems, kills, toSwitchMs, toRestMs, maxOverlapMs } = found;
    const counts = [turns, switches, kills, problems].map(count);
    return [[kind, ...counts, seconds(toSwitchMs), seconds(toRestMs), seconds(maxOverlapMs)]];
  });
  const clientRows = KINDS.map((kind) => {
    const { sent, failed, lost, retried, p50Ms, p99Ms, maxMs } = report.clients[kind];
    return [KIND_NAMES[kind], ...[sent, failed, lost, retried].map(count), ...[p50Ms, p99Ms, maxMs].map(milliseconds)];
  });
  const reasons = KINDS.flatMap((kind) =>
    Object.entries(report.clients[kind].reasons).map(
      ([reason, times]) => `${count(times)} x ${KIND_NAMES[kind]}: ${reason}`,
    ),
  );
  const blocks = [
    align(
      [
        ['turn', 'turns', 'switches', 'kills', 'needed a hand', 'edit to switch', 'edit to rest', 'longest overlap'],
        ...turnRows,
      ],
      1,
    ),
    'Edit to switch and to rest: medians of the turns without a kill.',
    align([['clients', 'requests', 'failed', 'no end', 'retried', 'p50', 'p99', 'max'], ...clientRows], 1),
    reasons.join('\n'),
    report.problems.map(renderTurn).join('\n'),
    `${count(report.switches)} switches; ${report.forbiddenAnswers} answers of releases that must not serve; ${report.held ? 'every promise held' : 'a promise was BROKEN'}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
};
