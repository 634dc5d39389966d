import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../api/bluegreen.ts';
import { abort } from './abort.ts';
import { askedRevision } from './asked.ts';
import { blueGreen, releasing } from './blue-green.fixture.ts';
import { promote } from './promote.ts';
import { retry } from './retry.ts';
import { rollback } from './rollback.ts';

const NOW = '2026-01-01T00:01:00.000Z';

const entry = (revision: string, outcome: HistoryEntry['outcome'], reason = 'Switched'): HistoryEntry => ({
  revision,
  outcome,
  reason,
  message: '',
  startedAt: NOW,
  endedAt: NOW,
  steps: {},
});

describe('what the spec asks for, whatever is decided against it', () => {
  test.each([
    ['at rest', blueGreen(), 'web-1'],
    ['a release under way', releasing('Filling'), 'web-2'],
    ['rejected', blueGreen({ rejected: 'web-2' }), 'web-2'],
    ['rolled back', blueGreen({}, { decision: { revision: 'web-2', action: 'Rollback', to: 'web-1' } }), 'web-2'],
    ['aborted', blueGreen({}, { decision: { revision: 'web-2', action: 'Abort' } }), 'web-2'],
    // The spec has moved on: the decision names nobody.
    [
      'an old decision',
      releasing('Filling', { decision: { revision: 'web-0', action: 'Rollback', to: 'web-1' } }),
      'web-2',
    ],
    ['never seen', { ...blueGreen(), status: undefined }, undefined],
  ])('%s', (_, { status, ...object }, expected) => {
    expect(askedRevision(status === undefined ? object : { ...object, status })).toBe(expected);
  });
});

describe('promote', () => {
  test('names the release that is under way', () => {
    expect(promote(releasing('AwaitingPromotion'), undefined)).toMatchObject({
      change: { decision: { revision: 'web-2', action: 'Promote' } },
      sentence: 'web-2 goes live now',
      isDone: false,
    });
  });

  test('says when pods are to come first', () => {
    const { sentence } = promote(releasing('AwaitingPromotion', { preview: { replicas: 1 } }), 'web-2');
    expect(sentence).toBe('web-2 is brought from 1 to 2 pods and goes live now');
  });

  test('is done when it is written already', () => {
    const decided = releasing('Soaking', { decision: { revision: 'web-2', action: 'Promote' } });
    expect(promote(decided, undefined).isDone).toBe(true);
  });

  test.each([
    [blueGreen(), undefined, 'Nothing to promote: web-1 serves and is what is asked for'],
    [blueGreen({ rejected: 'web-2' }), undefined, 'kubectl relevo retry web'],
    [releasing('Soaking'), 'web-1', 'Expected web-1 to be under way, found web-2'],
  ])('is refused when nothing is to be promoted', (found, named, message) => {
    expect(() => promote(found, named)).toThrow(message);
  });
});

describe('abort', () => {
  test('is refused for the first release and for a way back', () => {
    const first = releasing('Filling');
    delete first.status?.active;
    expect(() => abort(first, undefined)).toThrow('web-2 is the first release and nothing else could serve');
    const back = releasing('Filling');
    if (back.status?.release) back.status.release.rollback = true;
    expect(() => abort(back, undefined)).toThrow('kubectl relevo retry web');
  });

  test('after the switch takes the release back', () => {
    expect(abort(releasing('Verifying'), undefined).sentence).toContain('is taken back');
  });
});

describe('retry', () => {
  test('names what is rejected, and when it was asked for', () => {
    expect(retry(blueGreen({ rejected: 'web-2' }), undefined, NOW).change).toEqual({
      decision: { revision: 'web-2', action: 'Retry', requestedAt: NOW },
    });
  });

  test.each([
    [blueGreen(), undefined, 'Nothing to retry: web-1 is what is asked for, and it serves'],
    [releasing('Filling'), undefined, 'it is under way (Filling)'],
    [blueGreen({ rejected: 'web-2' }), 'web-0', 'kubectl relevo rollback web --to web-0'],
  ])('is refused when there is nothing to retry', (found, named, message) => {
    expect(() => retry(found, named, NOW)).toThrow(message);
  });
});

describe('rollback', () => {
  const recorded = ['web-3', 'web-2', 'web-1'];

  test('goes to the release that served before and is on record', () => {
    const history = [entry('web-3', 'Promoted'), entry('web-2', 'Failed'), entry('web-1', 'Promoted')];
    const found = blueGreen({ active: 'web-3', target: 'web-3', history });
    expect(rollback(found, recorded, undefined).change).toEqual({
      decision: { revision: 'web-3', action: 'Rollback', to: 'web-1' },
    });
    expect(() => rollback(found, ['web-3', 'web-2'], undefined)).toThrow('on record: web-2 (--to)');
  });

  test('in the middle of a release gives it up', () => {
    expect(rollback(releasing('Filling'), recorded, undefined)).toMatchObject({
      change: { decision: { revision: 'web-2', action: 'Rollback', to: 'web-1' } },
      sentence: expect.stringContaining('web-2 is given up and web-1 goes on serving'),
    });
  });

  test('says whether the pods are still there', () => {
    const kept = blueGreen({
      active: 'web-2',
      target: 'web-2',
      slots: {
        blue: { revision: 'web-1', replicas: 2, ready: 2 },
        green: { revision: 'web-2', replicas: 2, ready: 2 },
      },
    });
    expect(rollback(kept, recorded, 'web-1').sentence).toContain('web-1 still has its pods');
    expect(rollback(kept, recorded, 'web-0').sentence).toContain('the pods of web-0 come back from its record');
  });

  test('is refused to what the spec asks for', () => {
    expect(() => rollback(blueGreen(), recorded, 'web-1')).toThrow('nothing to go back to');
    expect(() => rollback(blueGreen({ rejected: 'web-2' }), recorded, 'web-2')).toThrow('kubectl relevo retry web');
  });
});
