import { describe, expect, test } from '@jest/globals';
import type { BlueGreen, HistoryEntry } from '../../api/bluegreen.ts';
import { blueGreen, releasing } from '../decide/blue-green.fixture.ts';
import { Wait } from './goal.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const NOW = Date.parse(startedAt);

const ended = (revision: string, outcome: HistoryEntry['outcome']): HistoryEntry => ({
  revision,
  outcome,
  reason: 'Decision',
  message: 'by somebody',
  startedAt,
  endedAt: startedAt,
  steps: {},
});

const withHistory = ({ status, ...object }: BlueGreen, history: HistoryEntry[]): BlueGreen =>
  status === undefined ? object : { ...object, status: { ...status, history } };

describe('a release that was over before the first look', () => {
  const history = [ended('web-2', 'Aborted'), ended('web-1', 'Promoted')];
  const aborted = blueGreen({ rejected: 'web-2', history });
  const missed = { state: 'missed', sentence: 'web-2 ended Aborted (Decision): by somebody' };

  test('has ended as the history says, whether it is named or not', () => {
    expect(new Wait('Promoted', 'web-2').look(aborted, NOW)).toEqual(missed);
    expect(new Wait('Promoted').look(aborted, NOW)).toEqual(missed);
    expect(new Wait('Stable').look(aborted, NOW)).toEqual(missed);
  });

  test('has ended, too, while the way back from it is under way', () => {
    const rollback = { revision: 'web-1', startedAt, steps: {}, rollback: true };
    const back = blueGreen({ ...aborted.status, active: 'web-2', release: rollback });
    expect(new Wait('Promoted').look(back, NOW)).toEqual(missed);
    expect(new Wait('Promoted', 'web-2').look(back, NOW)).toEqual(missed);
    expect(new Wait('Promoted', 'web-1').look(back, NOW)).toMatchObject({ state: 'waiting' });
  });

  test('is no reason to miss another one that serves', () => {
    expect(new Wait('Promoted', 'web-1').look(aborted, NOW)).toMatchObject({ state: 'reached' });
    expect(new Wait('Promoted').look(blueGreen({ history }), NOW)).toMatchObject({ state: 'reached' });
  });

  test('has ended, too, when another one is under way', () => {
    const next = withHistory(releasing('Filling'), [ended('web-0', 'Failed')]);
    expect(new Wait('Promoted', 'web-0').look(next, NOW)).toMatchObject({ state: 'missed' });
    expect(new Wait('Promoted').look(next, NOW)).toMatchObject({ state: 'waiting' });
  });

  test('is to come again where it is asked for and not rejected', () => {
    const retried = blueGreen({ target: 'web-2', history: [ended('web-2', 'Aborted')] });
    expect(new Wait('Promoted', 'web-2').look(retried, NOW)).toMatchObject({ state: 'waiting' });
  });

  test('does not serve any more where another has replaced it', () => {
    const replaced = blueGreen({ history: [ended('web-1', 'Promoted'), ended('web-0', 'Promoted')] });
    expect(new Wait('Promoted', 'web-0').look(replaced, NOW)).toEqual({
      state: 'missed',
      sentence: 'web-0 was Promoted, but does not serve any more: web-1 does',
    });
  });
});

test('a release that is followed from its beginning ends as its own entry says, not as an earlier one', () => {
  const wait = new Wait('Promoted');
  const earlier = { ...ended('web-2', 'Failed'), startedAt: '2025-12-31T00:00:00.000Z' };
  expect(wait.look(withHistory(releasing('Filling'), [earlier]), NOW)).toMatchObject({ state: 'waiting' });
  const over = blueGreen({ active: 'web-2', target: 'web-2', history: [ended('web-2', 'Promoted'), earlier] });
  expect(wait.look(over, NOW)).toEqual({ state: 'reached', sentence: 'web-2 serves (Stable)' });
});
