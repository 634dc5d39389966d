import { describe, expect, test } from '@jest/globals';
import { Bell, until, WaitError } from './until.ts';

const options = { what: 'a value', timeoutMs: 60_000, found: () => 'nothing', signal: new AbortController().signal };

describe('until', () => {
  test('gives what is there at once', async () => {
    expect(await until(new Bell(), () => 0, options)).toBe(0);
  });

  test('looks again at every ring', async () => {
    const bell = new Bell();
    let value: string | undefined;
    const waiting = until(bell, () => value, options);
    bell.ring();
    await Promise.resolve();
    value = 'there';
    bell.ring();
    expect(await waiting).toBe('there');
  });

  test('misses no ring between two looks', async () => {
    const bell = new Bell();
    let looks = 0;
    const look = (): number | undefined => {
      looks++;
      // Something changes while it is being looked at.
      if (looks < 5) bell.ring();
      return looks === 5 ? looks : undefined;
    };
    expect(await until(bell, look, options)).toBe(5);
  });

  test('says what it expected and what it found', async () => {
    const waiting = until(new Bell(), () => undefined, { ...options, timeoutMs: 1 });
    await expect(waiting).rejects.toThrow(new WaitError('Expected a value within 0.001 s, found nothing'));
  });

  test('ends with the reason of the signal', async () => {
    const stop = new AbortController();
    const waiting = until(new Bell(), () => undefined, { ...options, signal: stop.signal });
    stop.abort(new Error('Stopped'));
    await expect(waiting).rejects.toThrow('Stopped');
    await expect(until(new Bell(), () => undefined, { ...options, signal: stop.signal })).rejects.toThrow('Stopped');
  });
});
