import { describe, expect, test } from '@jest/globals';
import type { BlueGreenStatus } from '../api/bluegreen.ts';
import { recordsTheSame } from './status.ts';

const status = (changes: Partial<BlueGreenStatus> = {}): BlueGreenStatus => ({
  observedGeneration: 1,
  active: 'users-1',
  target: 'users-2',
  slots: { blue: { revision: 'users-1', replicas: 2, ready: 2, claim: '1' } },
  step: { name: 'Filling', since: '2026-01-01T10:00:00.000Z', waitingFor: '1 of 2 pods' },
  conditions: [],
  history: [],
  replicas: 2,
  selector: '',
  ...changes,
});

describe('recordsTheSame', () => {
  test.each<[string, Partial<BlueGreenStatus>]>([
    ['the sentence', { step: { name: 'Filling', since: '2026-01-01T10:00:00.000Z' } }],
    ['counts of pods', { slots: { blue: { revision: 'users-1', replicas: 2, ready: 0, claim: '1' } }, replicas: 0 }],
  ])('whatever %s says', (_, changes) => {
    expect(recordsTheSame(status(), status(changes))).toBe(true);
  });

  test.each<[string, Partial<BlueGreenStatus>]>([
    ['step', { step: { name: 'Switching', since: '2026-01-01T10:00:00.000Z' } }],
    [
      'deadline',
      { step: { name: 'Filling', since: '2026-01-01T10:00:00.000Z', deadline: '2026-01-01T11:00:00.000Z' } },
    ],
    ['claim', { slots: { blue: { revision: 'users-1', replicas: 2, ready: 2, claim: '2' } } }],
    ['target', { target: 'users-3' }],
    ['rejected revision', { rejected: 'users-2' }],
  ])('not with another %s', (_, changes) => {
    expect(recordsTheSame(status(), status(changes))).toBe(false);
  });

  test('not without a status', () => {
    expect(recordsTheSame(undefined, status())).toBe(false);
  });
});
