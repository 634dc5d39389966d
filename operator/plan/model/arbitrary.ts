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
  soak: [0, 10],
  retire: [30, 0, 5],
  deadline: [60, 5],
  quiet: [0, 5],
  limit: [3, 1, 2],
  preview: [1, 0],
};

const field = fc
  .constantFrom(...FIELDS)
  .chain((name) => fc.record({ do: just('field'), name: fc.constant(name), value: fc.constantFrom(...VALUES[name]) }));

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
  { weight: 1, arbitrary: fc.record({ do: just('shareCopy'), index }) },
  { weight: 1, arbitrary: fc.record({ do: just('unshareCopy'), index }) },
];

const nodes: fc.WeightedArbitrary<Command>[] = [
  { weight: 3, arbitrary: fc.record({ do: just('crash'), slot, pods: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: just('break'), slot }) },
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
];

const time: fc.WeightedArbitrary<Command>[] = [
  { weight: 6, arbitrary: fc.record({ do: just('advance'), seconds: fc.constantFrom(1, 5, 10, 30, 60) }) },
  { weight: 1, arbitrary: fc.record({ do: just('skew'), process, seconds: fc.integer({ min: -3, max: 3 }) }) },
];

/** Histories of at most that many commands. */
export const histories = (most: number): fc.Arbitrary<Command[]> =>
  fc.array(fc.oneof(...people, ...nodes, ...operator, ...time), { maxLength: most, size: 'max' });
