import { healthOf } from '../view/health.ts';
import type { Facts } from '../view/facts.ts';
import { since } from '../output/duration.ts';
import { accent, bad, dim, good, strong, warn, wrap } from '../output/line.ts';
import type { Line, Span } from '../output/line.ts';
import type { Finding } from './finding.ts';

const SIGNS: Readonly<Record<Finding['bearing'], Span>> = { stuck: bad('✖'), decision: warn('?'), moving: accent('◐') };

/** The explanation for people. */
export const renderExplanation = (facts: Facts, findings: readonly Finding[], now: number, width: number): Line[] => {
  const { metadata, status } = facts.blueGreen;
  const step = status === undefined ? '' : `  ${status.step.name} for ${since(status.step.since, now)}`;
  const lines: Line[] = [[strong(metadata.name ?? ''), dim(` in ${metadata.namespace}`), dim(step)], serving(facts)];
  if (findings.length === 0) lines.push([good('✔'), ' Nothing keeps it: it is where the spec asks it to be']);
  for (const { bearing, what, seen, next } of findings) {
    lines.push([], ...block([SIGNS[bearing], ' '], what, width));
    for (const words of seen) lines.push(...block(['  ', dim('seen: ')], words, width));
    for (const advice of next) lines.push(...block(['  ', accent('→ ')], advice, width));
  }
  return lines;
};

/** What clients get meanwhile: the first thing that a person wants to know. */
const serving = ({ blueGreen }: Facts): Line => {
  const { active, slots } = blueGreen.status ?? {};
  const slot = Object.values(slots ?? {}).find(({ revision }) => revision === active);
  if (active === undefined) return [warn('Nothing serves yet')];
  const isWhole = slot !== undefined && slot.ready >= slot.replicas && slot.ready > 0;
  const count = `${slot?.ready ?? 0} of ${slot?.replicas ?? 0} pods ready`;
  const health = healthOf(blueGreen) === 'Ready' ? '' : ' meanwhile';
  return [`${active} serves${health}: `, isWhole ? good(count) : bad(count)];
};

const block = (head: Line, text: string, width: number): Line[] => {
  const indent = ' '.repeat(head.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('').length);
  const [first = '', ...rest] = wrap(text, Math.max(20, width - indent.length));
  const lines: Line[] = [head.concat(first)];
  return lines.concat(rest.map((piece): Line => [indent, piece]));
};
