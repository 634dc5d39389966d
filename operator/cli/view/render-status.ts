import type { HistoryEntry, Outcome } from '../../api/bluegreen.ts';
import { countdown, duration, since, until } from '../output/duration.ts';
import { accent, after, bad, clip, dim, good, span, strong, warn, wrap } from '../output/line.ts';
import type { Line, Span, Tone } from '../output/line.ts';
import { table } from '../output/table.ts';
import { renderChecks } from './render-checks.ts';
import { stepTimes } from './step-times.ts';
import type { Health } from './health.ts';
import type { Part, PodLine, SlotLine, StatusView } from './status-view.ts';

/** How the tree is drawn. */
export interface RenderOptions {
  /** Milliseconds since the epoch: what the countdowns are counted from. */
  now: number;
  /** How wide the lines may be; sentences are wrapped, all else is cut. */
  width: number;
  /** How many ended releases to show. */
  history: number;
}

const HEALTH: Readonly<Record<Health, { sign: string; tone: Tone }>> = {
  Ready: { sign: '●', tone: 'good' },
  Working: { sign: '◐', tone: 'accent' },
  Stalled: { sign: '✖', tone: 'bad' },
  Unseen: { sign: '○', tone: 'warn' },
};

/** The BlueGreen as a tree for people. */
export const renderStatus = (view: StatusView, options: RenderOptions): Line[] => {
  const { sign, tone } = HEALTH[view.health];
  const lines: Line[] = [
    [span(sign, tone), ' ', strong(view.name), dim(` in ${view.namespace}  `), span(view.health, tone), ...marks(view)],
    ...stepLines(view, options),
    ...view.slots.flatMap((slot, index) => slotLines(slot, index === view.slots.length - 1, options.now)),
    ...renderChecks(view.checks, options.now),
    ...historyLines(view.history.slice(0, options.history), options.now),
  ];
  if (view.unreadable.length > 0)
    lines.push([], [dim(`Not shown, you may not read them: ${view.unreadable.join(', ')}`)]);
  return lines.map((line) => clip(line, options.width));
};

const marks = ({ paused, decision, rejected }: StatusView): Span[] => [
  ...(paused ? [warn('  paused')] : []),
  ...(decision === undefined
    ? []
    : [dim('  decision: '), `${decision.action} ${decision.revision}${decision.to ? ` to ${decision.to}` : ''}`]),
  ...(rejected === undefined || rejected === '' ? [] : [dim('  rejected: '), warn(rejected)]),
];

const stepLines = ({ step, steps, waitingFor, health }: StatusView, { now, width }: RenderOptions): Line[] => {
  const lines: Line[] = [];
  if (step !== undefined) {
    const before = stepTimes(steps).map((text) => dim(`${text} › `));
    lines.push(['  ', ...before, strong(step.name), ` for ${since(step.since, now)}`, ...deadline(step.deadline, now)]);
  }
  if (waitingFor !== undefined) {
    const [label, tone]: [string, Tone] = health === 'Stalled' ? ['stalled: ', 'bad'] : ['waiting for ', 'warn'];
    const indent = ' '.repeat(2 + label.length);
    const pieces = wrap(waitingFor, Math.max(20, width - indent.length));
    lines.push(...pieces.map((piece, index) => [index === 0 ? `  ${label}` : indent, span(piece, tone)]));
  }
  return lines;
};

const deadline = (time: string | undefined, now: number): Span[] => {
  if (time === undefined) return [];
  const left = until(time, now);
  return left > 0 ? [', ', accent(`${countdown(left)} left`)] : [', ', bad(`${duration(-left)} late`)];
};

const PARTS: Readonly<Record<Part, { word: string; tone: Tone }>> = {
  active: { word: 'serves', tone: 'good' },
  target: { word: 'next', tone: 'accent' },
  old: { word: 'kept', tone: 'dim' },
  empty: { word: 'empty', tone: 'dim' },
};

const slotLines = (slot: SlotLine, isLast: boolean, now: number): Line[] => {
  const { word, tone } = PARTS[slot.part];
  const stem = isLast ? '   ' : '│  ';
  const count = slot.exists ? `${slot.ready}/${slot.replicas} ready` : 'no Deployment';
  const number = slot.number === undefined ? '' : ` #${slot.number}`;
  const head: Line = [
    dim(isLast ? '└─ ' : '├─ '),
    span(slot.slot, slot.slot === 'blue' ? 'accent' : 'good'),
    '  ',
    span(word, tone),
    `  ${slot.revision ?? 'no revision'}`,
    dim(number),
    '  ',
    slot.ready === slot.replicas ? count : warn(count),
  ];
  const content = [...slot.images, ...slot.copies].join(', ');
  const rows = table(slot.pods.map((pod) => podCells(pod, now)));
  return [
    head,
    ...(content === '' || slot.part === 'empty'
      ? []
      : [[dim(`${stem}${slot.pods.length > 0 ? '│  ' : '   '}${content}`)]]),
    ...rows.map((row, index) => after(dim(`${stem}${index === rows.length - 1 ? '└─ ' : '├─ '}`), row)),
  ];
};

const podCells = ({ name, state, trouble, restarts, createdAt }: PodLine, now: number): Line[] => {
  const sign = state === 'ready' ? good('✔') : state === 'ending' ? dim('↓') : warn('…');
  const words = state === 'ready' ? good('ready') : state === 'ending' ? dim('ending') : warn(trouble ?? 'starting');
  const times = restarts === 0 ? [] : [warn(`  restarted ${restarts}×`)];
  return [[sign, ' ', name], [dim(since(createdAt, now))], [words, ...times]];
};

const OUTCOMES: Readonly<Record<Outcome, { sign: string; tone: Tone }>> = {
  Promoted: { sign: '✔', tone: 'good' },
  RolledBack: { sign: '↩', tone: 'warn' },
  Aborted: { sign: '■', tone: 'warn' },
  Superseded: { sign: '»', tone: 'dim' },
  Failed: { sign: '✖', tone: 'bad' },
};

export const outcomeSpan = (outcome: Outcome): Span =>
  span(`${OUTCOMES[outcome].sign} ${outcome}`, OUTCOMES[outcome].tone);

/** Ended releases, newest first, as rows of a table. */
export const historyRows = (history: readonly HistoryEntry[], now: number): Line[] =>
  table(
    history.map(({ revision, outcome, endedAt, startedAt, message }): Line[] => {
      const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
      return [[outcomeSpan(outcome)], [revision], [dim(`${since(endedAt, now)} ago, took ${took}`)], [message]];
    }),
  );

const historyLines = (history: readonly HistoryEntry[], now: number): Line[] =>
  history.length === 0 ? [] : [[], ...historyRows(history, now).map((row) => after('  ', row))];
