import { beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { LeaderElector, LeadershipLostError } from './election.ts';
import { RuntimeMetrics } from './metrics.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { LeaseServer } from './testing/lease-server.ts';
import type { LeaseAccess } from './testing/lease-server.ts';
import { recordingLog } from './testing/recording-log.ts';

/** One process that stands for election once. */
class Candidate {
  readonly access: LeaseAccess;
  readonly registry = new Registry();
  readonly abort = new AbortController();
  /** While leading: the signal that leading got. */
  leading: AbortSignal | undefined;
  /** What run came to: `done`, or its error. */
  result: unknown;
  #end: () => void = () => {};

  constructor(server: LeaseServer, clock: FakeClock, identity: string, work: 'obedient' | 'stubborn' = 'obedient') {
    this.access = server.access();
    const elector = new LeaderElector({
      client: this.access,
      namespace: 'n',
      name: 'l',
      identity,
      log: recordingLog().log,
      metrics: new RuntimeMetrics(this.registry),
      clock,
      random: () => 0.5,
    });
    const lead = async (signal: AbortSignal): Promise<void> => {
      this.leading = signal;
      await new Promise<void>((resolve) => {
        this.#end = resolve;
        if (work === 'obedient') signal.addEventListener('abort', () => resolve(), { once: true });
      });
      this.leading = undefined;
    };
    elector.run(this.abort.signal, lead).then(
      () => (this.result = 'done'),
      (error: unknown) => (this.result = error),
    );
  }

  /** The work ends by itself. */
  async end(): Promise<void> {
    this.#end();
    await settle();
  }

  async status(): Promise<string | undefined> {
    return /leader_election_master_status\{name="l"\} (\d)/.exec(await this.registry.metrics())?.[1];
  }
}

let server: LeaseServer;
let clock: FakeClock;

beforeEach(() => {
  server = new LeaseServer();
  clock = new FakeClock();
});

const stand = (identity: string, work: 'obedient' | 'stubborn' = 'obedient'): Candidate =>
  new Candidate(server, clock, identity, work);

describe('a candidate', () => {
  test('takes a lease that does not exist, and keeps it', async () => {
    const a = stand('a');
    await settle();
    expect(a.leading?.aborted).toBe(false);
    expect(await a.status()).toBe('1');
    const spec = {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    };
    expect(server.lease?.spec).toEqual({ ...spec, renewTime: '2026-01-01T00:00:00.000000Z' });
    await clock.advance(60_000);
    expect(server.lease?.spec).toEqual({ ...spec, renewTime: '2026-01-01T00:01:00.000000Z' });
    expect(a.leading?.aborted).toBe(false);
  });

  test('waits as long as another renews, however wrong that one’s clock is', async () => {
    const a = stand('a');
    await settle();
    const b = stand('b');
    clock.epochMs += 1e9;
    await clock.advance(120_000);
    expect(b.leading).toBeUndefined();
    expect(await b.status()).toBe('0');
    a.abort.abort();
    b.abort.abort();
    await settle();
    expect([a.result, b.result]).toEqual(['done', 'done']);
  });

  test('takes over one lease duration after it saw the last renewal', async () => {
    const a = stand('a');
    await settle();
    a.access.weather = 'silent';
    const b = stand('b');
    await clock.advance(15_000);
    expect(b.leading).toBeUndefined();
    await clock.advance(3000);
    expect(b.leading?.aborted).toBe(false);
    expect(server.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
    expect(a.result).toBeInstanceOf(LeadershipLostError);
  });

  test('takes over within one try when the lease was released', async () => {
    const a = stand('a');
    const b = stand('b');
    await clock.advance(10_000);
    a.abort.abort();
    await clock.advance(2400);
    expect(b.leading?.aborted).toBe(false);
    expect(server.holders).toEqual(['a', '', 'b']);
  });

  test('is one of many, and only one wins', async () => {
    const all = ['a', 'b', 'c'].map((identity) => stand(identity));
    await clock.advance(30_000);
    expect(all.filter(({ leading }) => leading !== undefined)).toHaveLength(1);
  });

  test('goes on trying while the server fails, and gives up when told', async () => {
    const a = stand('a');
    a.access.weather = 'refused';
    const b = stand('b');
    b.access.weather = 'silent';
    await clock.advance(30_000);
    a.access.weather = 'fine';
    await clock.advance(3000);
    expect(a.leading?.aborted).toBe(false);
    b.abort.abort();
    await settle();
    expect(b.result).toBe('done');
    expect(b.leading).toBeUndefined();
  });
});

describe('a leader', () => {
  test.each(['refused', 'silent'] as const)(
    'survives when the server is %s for less than the deadline',
    async (weather) => {
      const a = stand('a');
      await settle();
      a.access.weather = weather;
      await clock.advance(7000);
      a.access.weather = 'fine';
      await clock.advance(60_000);
      expect(a.leading?.aborted).toBe(false);
      expect(await a.status()).toBe('1');
    },
  );

  test.each(['refused', 'silent'] as const)('stops at the deadline when the server stays %s', async (weather) => {
    const a = stand('a');
    await clock.advance(2000);
    a.access.weather = weather;
    await clock.advance(9999);
    expect(a.leading?.aborted).toBe(false);
    await clock.advance(1);
    expect(a.result).toMatchObject({ code: 'LEADERSHIP_LOST', message: 'Lease l was not renewed within 10000 ms' });
    expect(await a.status()).toBe('0');
    expect(server.lease?.spec?.holderIdentity).toBe('a');
  });

  test('stays leader when only the answer to a renewal was lost', async () => {
    const a = stand('a');
    await settle();
    a.access.weather = 'deaf';
    await clock.advance(2500);
    a.access.weather = 'fine';
    await clock.advance(30_000);
    expect(a.leading?.aborted).toBe(false);
    expect(server.holders).toEqual(['a']);
  });

  test('stays leader when someone else edits the lease, or deletes it', async () => {
    const a = stand('a');
    await settle();
    const { lease } = server;
    if (lease !== undefined) server.write({ ...lease, metadata: { ...lease.metadata, name: 'l' } }, false);
    await clock.advance(10_000);
    server.lease = undefined;
    await clock.advance(10_000);
    expect(a.leading?.aborted).toBe(false);
    expect(server.lease).toMatchObject({ spec: { holderIdentity: 'a' } });
  });

  test('stops at once when someone else holds the lease', async () => {
    const a = stand('a');
    await settle();
    const { lease } = server;
    if (lease !== undefined) server.write({ ...lease, spec: { ...lease.spec, holderIdentity: 'thief' } }, false);
    await clock.advance(2000);
    expect(a.result).toMatchObject({ code: 'LEADERSHIP_LOST', message: 'Lease l is held by thief' });
    expect(server.lease?.spec?.holderIdentity).toBe('thief');
  });

  test('keeps the lease while its work winds up, and releases it only then', async () => {
    const a = stand('a', 'stubborn');
    const b = stand('b');
    await settle();
    a.abort.abort();
    await clock.advance(60_000);
    expect(a.leading?.aborted).toBe(true);
    expect(b.leading).toBeUndefined();
    await a.end();
    expect(a.result).toBe('done');
    expect(server.lease?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await clock.advance(2400);
    expect(b.leading?.aborted).toBe(false);
  });

  test('that lost the lease does not wait for stubborn work beyond the lease', async () => {
    const a = stand('a', 'stubborn');
    await settle();
    a.access.weather = 'refused';
    await clock.advance(14_999);
    expect(a.leading?.aborted).toBe(true);
    expect(a.result).toBeUndefined();
    await clock.advance(1);
    expect(a.result).toBeInstanceOf(LeadershipLostError);
  });

  test('whose work ends by itself releases the lease; a failure to do so is no failure', async () => {
    const a = stand('a', 'stubborn');
    await settle();
    await a.end();
    expect(a.result).toBe('done');
    expect(server.holders).toEqual(['a', '']);
    const b = stand('b', 'stubborn');
    await settle();
    b.access.weather = 'refused';
    await b.end();
    expect(b.result).toBe('done');
  });

  test('leaves nothing behind when it ends', async () => {
    const a = stand('a');
    await clock.advance(5000);
    a.abort.abort();
    await settle();
    expect(clock.pending).toBe(0);
  });
});

test('numbers that cannot work are refused', () => {
  const options = { client: server.access(), namespace: 'n', name: 'l', identity: 'a', clock };
  const make = (): LeaderElector =>
    new LeaderElector({
      ...options,
      log: recordingLog().log,
      metrics: new RuntimeMetrics(new Registry()),
      leaseDurationMs: 10_000,
      renewDeadlineMs: 10_000,
    });
  expect(make).toThrow('Expected lease duration > renew deadline > 1.2 × retry period, found 10000, 10000, 2000 ms');
});

test('the error of the work is passed on after the lease is released', async () => {
  const failure = new Error('work failed');
  const elector = new LeaderElector({
    client: server.access(),
    namespace: 'n',
    name: 'l',
    identity: 'a',
    log: recordingLog().log,
    metrics: new RuntimeMetrics(new Registry()),
    clock,
  });
  await expect(elector.run(new AbortController().signal, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(server.holders).toEqual(['a', '']);
});

test('whatever the weather, no two obedient leaders are at work at the same time, and in fine weather one is', async () => {
  const change = fc.record({
    who: fc.nat(2),
    weather: fc.constantFrom('fine' as const, 'refused' as const, 'silent' as const, 'deaf' as const),
    forMs: fc.integer({ min: 1, max: 20_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const town = new LeaseServer();
      const time = new FakeClock();
      const all = ['a', 'b', 'c'].map((identity) => new Candidate(town, time, identity));
      const count = (): number => all.filter(({ leading }) => leading?.aborted === false).length;
      const pass = async (ms: number): Promise<void> => {
        for (let passed = 0; passed < ms; passed += 500) {
          await time.advance(Math.min(500, ms - passed));
          expect(count()).toBeLessThanOrEqual(1);
        }
      };
      for (const { who, weather, forMs } of changes) {
        const candidate = all[who];
        if (candidate !== undefined) candidate.access.weather = weather;
        await pass(forMs);
      }
      for (const [index, candidate] of all.entries()) {
        candidate.access.weather = 'fine';
        // A process that lost the lease ends, and its pod starts another.
        if (candidate.result !== undefined) all[index] = new Candidate(town, time, `again-${index}`);
      }
      await pass(20_000);
      expect(count()).toBe(1);
      for (const { abort } of all) abort.abort();
      await settle();
    }),
    { numRuns: 30 },
  );
}, 60_000);
