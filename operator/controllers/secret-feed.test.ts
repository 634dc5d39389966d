import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { FakeClock, settle } from '../runtime/testing/fake-clock.ts';
import { SecretFeed } from './secret-feed.ts';

const log = pino({ level: 'silent' });

describe('SecretFeed', () => {
  test('reads no Secret before the key is there, and tries for it again and again', async () => {
    const clock = new FakeClock();
    const stopping = new AbortController();
    const begun: string[] = [];
    let attempts = 0;
    const key = {
      load: () => {
        attempts += 1;
        return attempts < 3 ? Promise.reject(new Error('away')) : Promise.resolve();
      },
    };
    const reflectors = ['a', 'b'].map((namespace) => ({
      synced: Promise.resolve(),
      run: () => Promise.resolve(begun.push(namespace)).then(() => undefined),
    }));
    const running = new SecretFeed({ key, reflectors, log, clock, random: () => 0 }).run(stopping.signal);
    for (const attempt of [1, 2]) {
      await settle();
      expect(attempts).toBe(attempt);
      expect(begun).toEqual([]);
      // The first delay is 250 ms then, the second 500 ms.
      await clock.advance(600);
    }
    await running;
    expect(begun).toEqual(['a', 'b']);
  });

  test('ends when it is told to, key or no key', async () => {
    const stopping = new AbortController();
    const clock = new FakeClock();
    const feed = new SecretFeed({ key: { load: () => Promise.reject(new Error('away')) }, reflectors: [], log, clock });
    const running = feed.run(stopping.signal);
    await settle();
    expect(clock.pending).toBe(1);
    stopping.abort();
    await running;
    expect(clock.pending).toBe(0);
  });
});
