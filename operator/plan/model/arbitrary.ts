import * as fc from 'fast-check';
import type { Command } from './commands.ts';
import { FIELDS } from './commands.ts';
import { KINDS } from './process.ts';

const process = fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const);
const slot = fc.constantFrom('blue' as const, 'green' as const);
const role = fc.constantFrom('active' as const, 'active' as const, 'preview' as const);
const index = fc.nat(5);
const bit = fc.constantFrom(0 as const, 1 as const);
const just = <Name extends Command['do']>(name: Name): fc.Arbitrary<Name> => fc.constant(name);

const VALUES = {
  replicas: [1, 2, 3, 0],
  soak: [10, 0],
  retire: [30, 0, 5],
  deadline: [60, 5],
  quiet: [0, 5],
  limit: [3, 1, 2],
  preview: [1, 0],
  service: [1, 0],
  exclude: [1, 0],
  mode: [1, 1, 0],
  size: [1, 0],
  before: [1, 2, 0],
  after: [1, 2, 0],
  window: [0, 20],
  overlap: [5, 0],
};

const field = fc
  .constantFrom(...FIELDS)
  .chain((name) => fc.record({ do: just('field'), name: fc.constant(name), value: fc.constantFrom(...VALUES[name]) }));

/** The fields of a spec that hold a release up. */
const GATES = ['soak', 'mode', 'size', 'before', 'after', 'window', 'overlap'] as const;

const gate = fc
  .constantFrom(...GATES)
  .map((name): Command => ({ do: 'field', name, value: Math.max(...VALUES[name]) }));

const people: fc.WeightedArbitrary<Command>[] = [
  { weight: 10, arbitrary: fc.record({ do: just('template'), id: fc.constantFrom(0, 1, 1, 2, 3, 4, 4, 5) }) },
  { weight: 6, arbitrary: field },
  { weight: 2, arbitrary: fc.record({ do: just('pause'), on: bit }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: just('decide'),
      action: fc.constantFrom('Abort', 'Rollback', 'Retry', 'Promote'),
      of: fc.constantFrom('desired', 'desired', 'active', 'stale'),
      to: fc.constantFrom('default', 'older', 'stale'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: just('undecide') }) },
  { weight: 5, arbitrary: fc.record({ do: just('config'), name: fc.constantFrom('a', 'b'), content: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: just('removeConfig'), name: fc.constantFrom('a', 'b') }) },
  { weight: 1, arbitrary: fc.record({ do: just('removeService'), role }) },
  { weight: 2, arbitrary: fc.record({ do: just('createService'), role }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: just('hijack'), role, selector: fc.constantFrom('else', 'nothing', 'other', 'bare') }),
  },
  { weight: 1, arbitrary: fc.record({ do: just('removeCopy'), index }) },
  { weight: 1, arbitrary: fc.record({ do: just('removeDeployment'), slot }) },
  { weight: 1, arbitrary: fc.record({ do: just('loseStatus') }) },
  { weight: 1, arbitrary: fc.record({ do: just('shareCopy'), index }) },
  { weight: 1, arbitrary: fc.record({ do: just('unshareCopy'), index }) },
];

const nodes: fc.WeightedArbitrary<Command>[] = [
  { weight: 3, arbitrary: fc.record({ do: just('crash'), slot, pods: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: just('break'), slot }) },
  { weight: 1, arbitrary: fc.record({ do: just('spoil'), slot, verdict: fc.constantFrom('fail', 'inconclusive') }) },
  { weight: 1, arbitrary: fc.record({ do: just('heal') }) },
  { weight: 4, arbitrary: fc.record({ do: just('deployment'), slot }) },
  { weight: 3, arbitrary: fc.record({ do: just('replicaSets'), slot }) },
  { weight: 3, arbitrary: fc.record({ do: just('pod'), slot, steps: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: just('endpoints'), refresh: bit }) },
  { weight: 6, arbitrary: fc.record({ do: just('cluster') }) },
];

const operator: fc.WeightedArbitrary<Command>[] = [
  {
    weight: 12,
    arbitrary: fc.record({
      do: just('observe'),
      process,
      kind: fc.constantFrom(...KINDS, 'all', 'all', 'all'),
      events: fc.constantFrom(1, 2, 3, 100),
    }),
  },
  { weight: 10, arbitrary: fc.record({ do: just('plan'), process }) },
  { weight: 10, arbitrary: fc.record({ do: just('act'), process, times: fc.constantFrom(1, 1, 2, 3, 8) }) },
  { weight: 3, arbitrary: fc.record({ do: just('kill'), process, lag: fc.constantFrom(0, 0, 1, 3, 8) }) },
  { weight: 16, arbitrary: fc.record({ do: just('round'), process, times: fc.constantFrom(1, 1, 1, 2, 4, 8) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: just('answer'),
      process,
      verdict: fc.constantFrom('truth', 'truth', 'pass', 'fail', 'inconclusive'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: just('turn'), process, times: fc.constantFrom(1, 2) }) },
];

const time: fc.WeightedArbitrary<Command>[] = [
  { weight: 6, arbitrary: fc.record({ do: just('advance'), seconds: fc.constantFrom(1, 5, 10, 30, 60) }) },
  { weight: 1, arbitrary: fc.record({ do: just('skew'), process, seconds: fc.integer({ min: -3, max: 3 }) }) },
];

const single = fc.oneof(...people, ...nodes, ...operator, ...time);

const round = (by: 0 | 1, times: number): Command => ({ do: 'round', process: by, times });

/** Anything that makes a release start, end, or turn back. */
const change = fc.oneof(...people, ...nodes.slice(0, 2));

/** Another spec than before, most of the time: what a switch under way is given up for. */
const turnAround = fc.oneof(change, fc.record({ do: just('template'), id: fc.constantFrom(0, 1, 3, 4) }));

/**
 * One leader is stopped in the middle of what it does, another one takes over and goes on while the world changes; then
 * the first one wakes up with what it had begun.
 */
const sleeper: fc.Arbitrary<Command[]> = fc
  .record({
    first: bit,
    cause: turnAround,
    before: fc.integer({ min: 2, max: 8 }),
    begun: fc.nat(2),
    during: turnAround,
    after: fc.integer({ min: 1, max: 12 }),
    seconds: fc.constantFrom(0, 0, 60),
  })
  .map(({ first, cause, before, begun, during, after, seconds }) => [
    cause,
    round(first, before),
    { do: 'cluster' },
    { do: 'observe', process: first, kind: 'all', events: 1 },
    { do: 'plan', process: first },
    { do: 'act', process: first, times: begun },
    during,
    { do: 'advance', seconds },
    round(first === 0 ? 1 : 0, after),
    { do: 'act', process: first, times: 9 },
  ]);

const observations = (first: 0 | 1): fc.Arbitrary<Command[]> =>
  fc
    .subarray([...KINDS], { minLength: 1, maxLength: 4 })
    .map((kinds) => kinds.map((kind): Command => ({ do: 'observe', process: first, kind, events: 100 })));

/** A leader that has been away sees the newest of some kinds only, and acts on it. */
const zombie: fc.Arbitrary<Command[]> = bit.chain((first) =>
  fc
    .record({
      cause: turnAround,
      before: fc.integer({ min: 2, max: 8 }),
      during: turnAround,
      after: fc.integer({ min: 1, max: 12 }),
      seen: observations(first),
      late: fc.nat(4),
    })
    .map(({ cause, before, during, after, seen, late }) => {
      const second = first === 0 ? 1 : 0;
      const start = [cause, round(first, before), during, round(second, after)];
      return start.concat(seen, [
        { do: 'plan', process: first },
        round(second, late),
        { do: 'act', process: first, times: 9 },
      ]);
    }),
);

/** A release seen by a leader in every state in between: the controllers take one step at a time. */
const slowMotion: fc.Arbitrary<Command[]> = fc
  .record({
    cause: turnAround,
    before: fc.nat(7),
    steps: fc.array(fc.oneof(...nodes.slice(3, 7)), { minLength: 1, maxLength: 6 }),
  })
  .map(({ cause, before, steps }) => {
    const turn: Command = { do: 'turn', process: 0, times: 1 };
    return [cause, round(0, before), turn].concat(steps.flatMap((step) => [step, turn]));
  });

/** How a history begins: from nothing, or with a release that serves. */
const plainBeginning: fc.Arbitrary<Command[]> = fc.constantFrom<Command[]>(
  [],
  [round(0, 9)],
  [{ do: 'field', name: 'soak', value: 10 }, round(0, 9)],
  [{ do: 'field', name: 'retire', value: 0 }, round(0, 9)],
  [round(0, 9), { do: 'template', id: 4 }, round(0, 9), { do: 'advance', seconds: 30 }, round(0, 3)],
);

/** The same with gates that a release has to pass from then on, and the next release. */
const beginning: fc.Arbitrary<Command[]> = fc.oneof(
  plainBeginning,
  fc
    .tuple(fc.array(gate, { minLength: 1, maxLength: 4 }), fc.constantFrom(0, 1, 4), fc.constantFrom(0, 4, 8))
    .map(([gates, id, rounds]): Command[] => gates.concat(round(0, 9), { do: 'template', id }, round(0, rounds))),
);

const part = fc.oneof(
  { weight: 20, arbitrary: single.map((command) => [command]) },
  { weight: 2, arbitrary: sleeper },
  { weight: 1, arbitrary: zombie },
  { weight: 1, arbitrary: slowMotion },
);

/** Histories of at most that many commands. */
export const histories = (most: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(beginning, fc.array(part, { maxLength: Math.ceil(most * 0.6), size: 'max' }))
    .map(([first, parts]) => [...first, ...parts.flat()].slice(0, most));
