import { describe, expect, test } from '@jest/globals';
import { Memories, VerdictMemory } from './memory.ts';

describe('VerdictMemory', () => {
  test('asks again after a while when a template was refused, since quotas and policies change', () => {
    const verdicts = new VerdictMemory();
    verdicts.remember('users-1', { accepted: false, message: 'exceeded quota' }, 1000);
    verdicts.remember('users-2', { accepted: true }, 1000);
    const end = verdicts.nextExpiry(1000) ?? 0;
    expect(Object.keys(verdicts.at(end - 1))).toEqual(['users-1', 'users-2']);
    expect(Object.keys(verdicts.at(end))).toEqual(['users-2']);
    expect(verdicts.nextExpiry(end)).toBeUndefined();
  });

  test('does not grow for ever', () => {
    const verdicts = new VerdictMemory();
    for (let index = 0; index < 100; index += 1) verdicts.remember(`users-${index}`, { accepted: true }, 0);
    const kept = Object.keys(verdicts.at(0));
    expect(kept.length).toBeLessThan(20);
    expect(kept).toContain('users-99');
  });
});

describe('Memories', () => {
  test('keeps one memory for each object until it is gone', () => {
    const memories = new Memories();
    memories.of('u-1').verdicts.remember('users-1', { accepted: true }, 0);
    expect(memories.of('u-1').verdicts.at(0)).toHaveProperty('users-1');
    expect(memories.of('u-2').verdicts.at(0)).toEqual({});
    memories.forget('u-1');
    expect(memories.of('u-1').verdicts.at(0)).toEqual({});
  });
});
