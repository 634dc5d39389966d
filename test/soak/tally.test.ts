import { expect, test } from '@jest/globals';
import { fakeTraffic, type FakeWindow } from '../demo/fake-traffic.ts';
import { SoakTally } from './tally.ts';
import type { TurnRecord } from './turn.ts';

const turn = (number: number, over: Partial<TurnRecord> = {}): TurnRecord => ({
  number,
  kind: 'code',
  from: 'users-1',
  to: 'users-2',
  switches: 1,
  appliedMs: 1000,
  switchedMs: 3000,
  endedMs: 4000,
  kills: 0,
  ...over,
});

const both = (window: FakeWindow) => ({ keepAlive: window, fresh: window });
const answered = both({ answers: { 'users-1': [0, 400], 'users-2': [500, 900] } });

test('what holds is said to hold', () => {
  const tally = new SoakTally();
  tally.addTurn(turn(1, { overlapMs: 120 }));
  tally.addTurn(turn(2, { kind: 'undo', switches: 2 }));
  tally.addTraffic(fakeTraffic([answered]), new Set(['users-3']));
  tally.addTraffic(fakeTraffic([answered, answered]), new Set(['users-3']));
  const report = tally.report();
  expect(report).toMatchObject({ switches: 3, held: true, forbiddenAnswers: 0, problems: [] });
  expect(report.turns.code).toMatchObject({ turns: 1, toSwitchMs: 2000, toRestMs: 3000, maxOverlapMs: 120 });
  expect(report.clients.fresh).toMatchObject({ sent: 600, ok: 600, failed: 0, lost: 0 });
});

test.each<[what: string, spoil: (tally: SoakTally) => void]>([
  ['a failed request', (tally) => tally.addTraffic(fakeTraffic([both({ answers: {}, failed: 1 })]), new Set())],
  [
    'an answer of a release that must not serve',
    (tally) => tally.addTraffic(fakeTraffic([answered]), new Set(['users-2'])),
  ],
  ['a turn that needs a hand', (tally) => tally.addTurn(turn(2, { problem: 'Expected rest, found none' }))],
])('%s is told', (_, spoil) => {
  const tally = new SoakTally();
  tally.addTurn(turn(1));
  tally.addTraffic(fakeTraffic([answered]), new Set());
  expect(tally.report().held).toBe(true);
  spoil(tally);
  expect(tally.report().held).toBe(false);
});

test('nothing done proves nothing', () => {
  expect(new SoakTally().report().held).toBe(false);
});

test('three turns in a row that need a hand are enough', () => {
  const tally = new SoakTally();
  const problem = 'stuck';
  for (const number of [1, 2]) tally.addTurn(turn(number, { problem }));
  tally.addTurn(turn(3));
  expect(tally.isHopeless).toBe(false);
  for (const number of [4, 5, 6]) tally.addTurn(turn(number, { problem }));
  expect(tally.isHopeless).toBe(true);
});
