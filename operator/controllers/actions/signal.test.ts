import { describe, expect, test } from '@jest/globals';
import { annotationsFor } from './signal.ts';

const repeat = { since: '2026-01-01T00:00:00.000Z', number: 2 };

const told = (times: string): Record<string, string> => ({
  'relevo.dev/traffic': 'retired',
  'relevo.dev/traffic-repeat': times,
});

describe('a pod is told', () => {
  test('that it is retired, or serves again, and that this can be repeated', () => {
    expect(annotationsFor({}, { traffic: 'retired' })).toEqual(told('0'));
    expect(annotationsFor({ 'relevo.dev/traffic': 'active' }, { traffic: 'retired', repeat })).toEqual(told('0'));
    expect(annotationsFor(told('3'), { traffic: 'active' })).toEqual({
      'relevo.dev/traffic': 'active',
      'relevo.dev/traffic-repeat': '0',
    });
  });

  test('that it serves, once, when it is new', () => {
    expect(annotationsFor({}, { traffic: 'active' })).toEqual({ 'relevo.dev/traffic': 'active' });
    expect(annotationsFor({ 'relevo.dev/traffic': 'active' }, { traffic: 'active', repeat })).toBeUndefined();
  });

  test('each repetition once', () => {
    expect(annotationsFor(told('0'), { traffic: 'retired' })).toBeUndefined();
    expect(annotationsFor(told('0'), { traffic: 'retired', repeat })).toEqual({ 'relevo.dev/traffic-repeat': '2' });
    expect(annotationsFor(told('2'), { traffic: 'retired', repeat })).toBeUndefined();
    expect(annotationsFor(told('3'), { traffic: 'retired', repeat })).toBeUndefined();
  });
});
