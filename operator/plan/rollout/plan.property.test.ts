import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { findCondition } from '../../api/conditions.ts';
import type { ConsumerView } from './types.ts';
import { Village } from './village.fixture.ts';

const VERSIONS = ['one', 'two', 'three', 'four'];
const CONSUMERS = 9;

/** What can happen to a rollout, in any order. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'plan' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('goesOn' as const), rounds: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'dies' as const }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('acts' as const), who: fc.nat(CONSUMERS + 3) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'looks' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'plansFromOldView' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('source' as const), version: fc.constantFrom(...VERSIONS) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'spoil' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'heal' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leaves' as const), who: fc.nat(CONSUMERS) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'joins' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.nat(40) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pause' as const), paused: fc.constantFrom(true, false, false) }),
  },
);

const configured = fc.record({
  maxConcurrent: fc.constantFrom(1, 2, 3, '34%'),
  soakSeconds: fc.constantFrom(0, 30),
  onFailure: fc.constantFrom('Pause' as const, 'RevertAll' as const),
  happenings: fc.array(happening, { maxLength: 120 }),
});

describe('any history', () => {
  test('never has more than maxConcurrent at work, and comes to rest where the source says', () => {
    fc.assert(
      fc.property(configured, ({ maxConcurrent, soakSeconds, onFailure, happenings }) => {
        const village = new Village(CONSUMERS, { waves: { maxConcurrent, soakSeconds }, onFailure });
        for (const version of VERSIONS) village.copies.set(version, false);
        village.settle();
        village.source = 'two';
        // A third of nine, and of those who join.
        const limit = typeof maxConcurrent === 'number' ? maxConcurrent : Math.floor((CONSUMERS + 3) * 0.34);
        let seen: ConsumerView[] = village.view();
        let joined = 0;
        for (const it of happenings) {
          if (it.kind === 'plan') village.carryOut(village.plan());
          else if (it.kind === 'goesOn') {
            for (let round = 0; round < it.rounds; round += 1) {
              village.now += 15_000;
              village.carryOut(village.plan());
              for (const id of village.consumers.keys()) village.act(id);
            }
          } else if (it.kind === 'dies') village.carryOutAndDie(village.plan());
          else if (it.kind === 'looks') seen = village.view();
          else if (it.kind === 'plansFromOldView') {
            village.carryOut(village.plan(seen.filter(({ id }) => village.consumers.has(id))));
          } else if (it.kind === 'acts') village.act([...village.consumers.keys()][it.who] ?? '');
          else if (it.kind === 'source') village.source = it.version;
          else if (it.kind === 'spoil') village.bad.add(village.status?.target ?? '');
          else if (it.kind === 'heal') village.bad.clear();
          else if (it.kind === 'leaves') village.consumers.delete([...village.consumers.keys()][it.who] ?? '');
          else if (it.kind === 'time') village.now += it.seconds * 1000;
          else if (it.kind === 'pause') village.spec = { ...village.spec, paused: it.paused };
          else if (joined < 3) {
            joined += 1;
            village.consumers.set(`BlueGreen/joined-${joined}`, { has: undefined });
          }
          expect(village.most).toBeLessThanOrEqual(limit);
        }
        // Whatever has happened: with a good version and a free way, everybody gets it.
        village.bad.clear();
        village.source = 'last';
        village.copies.set('last', false);
        village.spec = { ...village.spec, paused: false };
        for (let soaks = 0; soaks < 20; soaks += 1) {
          village.now += 30_000;
          village.rest();
        }
        expect(village.most).toBeLessThanOrEqual(limit);
        expect(village.having('last')).toBe(village.consumers.size);
        expect(village.status).toMatchObject({ current: 'last', target: 'last', step: { name: 'Stable' } });
        expect(findCondition(village.status?.conditions ?? [], 'Ready')?.status).toBe('True');
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
