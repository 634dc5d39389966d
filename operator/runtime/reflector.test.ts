import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ApiClient } from './client.ts';
import { Pulses } from './pulses.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector.ts';
import { Store, keyOf } from './store.ts';
import type { Change } from './store.ts';
import { FakeApiServer } from './testing/api-server.ts';
import type { Fault } from './testing/api-server.ts';
import { eventually } from './testing/eventually.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { recordingLog } from './testing/recording-log.ts';

// Real sockets on a busy machine.
jest.setTimeout(30_000);

const RESOURCE = { group: 'example.dev', version: 'v1', plural: 'things', kind: 'Thing', namespaced: true };
const THINGS = '/apis/example.dev/v1/things';

interface Thing {
  metadata: { namespace: string; name: string; uid: string; resourceVersion: string };
  size?: number;
  hidden?: boolean;
}

interface ThingView {
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  size: number;
}

const transform = ({ metadata, size = 0, hidden = false }: Thing): ThingView | undefined => {
  const { namespace, name, uid, resourceVersion } = metadata;
  return hidden ? undefined : { namespace, name, uid, resourceVersion, size };
};

/** A server, and a reflector that keeps a store equal to it until `stop`. */
class Bench {
  readonly server = new FakeApiServer();
  readonly store = new Store<ThingView>();
  readonly changes: Change<ThingView>[] = [];
  readonly lines: Record<string, unknown>[];
  readonly #log;
  readonly #abort = new AbortController();
  #client: ApiClient | undefined;
  #run: Promise<void> = Promise.resolve();

  constructor() {
    const { log, lines } = recordingLog();
    this.#log = log;
    this.lines = lines;
  }

  async start(more: Partial<ReflectorOptions<Thing, ThingView>> = {}): Promise<Reflector<Thing, ThingView>> {
    await this.server.start();
    this.#client = new ApiClient(this.server.connection, { userAgent: 'test/1' });
    const reflector = new Reflector<Thing, ThingView>({
      client: this.#client,
      resource: RESOURCE,
      transform,
      store: this.store,
      onChange: (change) => this.changes.push(change),
      log: this.#log,
      backoff: { baseMs: 1, maxMs: 4 },
      ...more,
    });
    this.#run = reflector.run(this.#abort.signal);
    return reflector;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run;
    this.#client?.close();
    await this.server.stop();
  }

  /** What the store should hold. */
  truth(): Map<string, ThingView> {
    const views = new Map<string, ThingView>();
    for (const [key, { metadata, size, hidden }] of this.server.objects(THINGS)) {
      const { namespace = '', name, uid, resourceVersion } = metadata;
      if (hidden !== true) views.set(key, { namespace, name, uid, resourceVersion, size: Number(size ?? 0) });
    }
    return views;
  }

  /** Waits until the store is what the server holds. */
  async converged(): Promise<void> {
    await eventually(() => {
      assert.deepEqual(new Map(this.store.list().map((view) => [keyOf(view), view])), this.truth());
    });
  }

  async watching(): Promise<void> {
    await eventually(() => assert.equal(this.server.watches, 1));
  }
}

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});

afterEach(() => bench.stop());

describe('the first list', () => {
  test('comes in pages, and then the reflector is synced', async () => {
    for (let index = 0; index < 25; index += 1) bench.server.set(THINGS, 'n', `thing-${index}`);
    const reflector = await bench.start({ pageSize: 10 });
    await reflector.synced;
    expect(bench.store.size).toBe(25);
    expect(bench.store.lastSyncResourceVersion()).toBe(String(bench.server.version));
    expect(bench.server.requests.slice(0, 3).map(({ query }) => query['limit'])).toEqual(['10', '10', '10']);
  });

  test('starts again in one piece when its history is compacted on the way', async () => {
    for (let index = 0; index < 25; index += 1) bench.server.set(THINGS, 'n', `thing-${index}`);
    bench.server.faults.push({ status: 410, reason: 'Expired' });
    bench.server.faultFor = ({ query }) => query['continue'] !== undefined;
    const reflector = await bench.start({ pageSize: 10 });
    await reflector.synced;
    expect(bench.store.size).toBe(25);
    expect(bench.server.requests.slice(0, 3).map(({ query }) => query['limit'])).toEqual(['10', '10', undefined]);
  });

  test('is tried until it succeeds', async () => {
    bench.server.set(THINGS, 'n', 'a');
    const faults: Fault[] = ['hang-up', 'half', { status: 401 }, { status: 403 }, { status: 500 }, { status: 429 }];
    bench.server.faults.push(...faults);
    await (
      await bench.start()
    ).synced;
    expect(bench.store.size).toBe(1);
    expect(bench.server.requests.length).toBeGreaterThanOrEqual(7);
  });

  test('asks for what is selected', async () => {
    bench.server.set(THINGS, 'n', 'a');
    bench.server.set(THINGS, 'm', 'b');
    await (
      await bench.start({ namespace: 'n', labelSelector: 'x=y', fieldSelector: 'metadata.name=a' })
    ).synced;
    await bench.watching();
    bench.server.set(THINGS, 'm', 'c');
    bench.server.set(THINGS, 'n', 'd');
    await eventually(() => expect(bench.store.list().map(keyOf)).toEqual(['n/a', 'n/d']));
    const selectors = { labelSelector: 'x=y', fieldSelector: 'metadata.name=a' };
    expect(bench.server.requests.map(({ query }) => query)).toMatchObject([selectors, selectors]);
  });
});

describe('the watch', () => {
  test('brings what is added, changed, hidden and deleted', async () => {
    await (
      await bench.start()
    ).synced;
    await bench.watching();
    bench.server.set(THINGS, 'n', 'a', { size: 1 });
    bench.server.set(THINGS, 'n', 'b', { size: 1 });
    bench.server.set(THINGS, 'n', 'c', { hidden: true });
    bench.server.set(THINGS, 'n', 'a', { size: 2 });
    bench.server.set(THINGS, 'n', 'b', { hidden: true });
    bench.server.remove(THINGS, 'n/a');
    bench.server.set(THINGS, 'n', 'd', { size: 4 });
    await bench.converged();
    expect(
      bench.changes.map((change) => [change.old?.name, change.old?.size, change.new?.name, change.new?.size]),
    ).toEqual([
      [undefined, undefined, 'a', 1],
      [undefined, undefined, 'b', 1],
      ['a', 1, 'a', 2],
      ['b', 1, undefined, undefined],
      ['a', 2, undefined, undefined],
      [undefined, undefined, 'd', 4],
    ]);
  });

  test('goes on where it was after it ended or was cut, without a list', async () => {
    await (
      await bench.start()
    ).synced;
    for (const disturb of [() => bench.server.end(), () => bench.server.cut()]) {
      await bench.watching();
      disturb();
      bench.server.set(THINGS, 'n', `thing-${bench.server.version}`);
      await bench.converged();
    }
    expect(bench.server.requests.filter(({ query }) => query['watch'] === undefined)).toHaveLength(1);
  });

  test('goes on from the last bookmark', async () => {
    await (
      await bench.start()
    ).synced;
    await bench.watching();
    bench.server.pass(100);
    bench.server.bookmark();
    await eventually(() => expect(bench.store.lastSyncResourceVersion()).toBe(String(bench.server.version)));
    bench.server.compact(THINGS);
    bench.server.cut();
    await bench.watching();
    expect(bench.server.requests.at(-1)?.query['resourceVersion']).toBe(String(bench.server.version));
    expect(bench.server.requests.filter(({ query }) => query['watch'] === undefined)).toHaveLength(1);
  });

  test.each(['status', 'event'] as const)('lists again when its history is gone (told by %s)', async (goneAs) => {
    bench.server.goneAs = goneAs;
    bench.server.set(THINGS, 'n', 'a');
    bench.server.set(THINGS, 'n', 'b');
    await (
      await bench.start()
    ).synced;
    await bench.watching();
    const [first] = bench.changes;
    bench.server.silent = true;
    bench.server.remove(THINGS, 'n/a');
    bench.server.remove(THINGS, 'n/b');
    bench.server.set(THINGS, 'n', 'a', { size: 5 });
    bench.server.compact(THINGS);
    bench.server.silent = false;
    bench.server.cut();
    await bench.converged();
    // The a of before and the a of now are two objects, and b is known to be gone.
    expect(bench.changes.slice(2)).toEqual([
      { old: first?.new },
      { new: expect.objectContaining({ name: 'a', size: 5 }) },
      { old: expect.objectContaining({ name: 'b' }) },
    ]);
  });

  test('is given up when nothing comes, not even a bookmark', async () => {
    await (
      await bench.start({ idleTimeoutMs: 30 })
    ).synced;
    await bench.watching();
    bench.server.silent = true;
    bench.server.set(THINGS, 'n', 'a');
    bench.server.silent = false;
    await bench.converged();
    expect(bench.store.size).toBe(1);
  });

  test('lists again when it stays silent, since the history of the server may have gone back', async () => {
    await (
      await bench.start({ idleTimeoutMs: 10 })
    ).synced;
    bench.server.silent = true;
    await eventually(() => {
      const lists = bench.server.requests.filter(({ query }) => query['watch'] === undefined);
      expect(lists.length).toBeGreaterThan(1);
    });
  });

  test('stands still when it neither hears nor tries anything, not when its tries fail', async () => {
    const clock = new FakeClock();
    const pulses = new Pulses(clock);
    await (
      await bench.start({ pulses })
    ).synced;
    await bench.watching();
    await clock.advance(61_000);
    expect(pulses.whyStuck(60_000)).toBe(`the watch of ${THINGS} stands still for 61 s`);
    bench.server.set(THINGS, 'n', 'a');
    await eventually(() => expect(pulses.whyStuck(60_000)).toBeUndefined());
    await clock.advance(61_000);
    bench.server.faultFor = () => true;
    for (let time = 0; time < 3; time += 1) bench.server.faults.push('hang-up');
    bench.server.cut();
    await eventually(() => expect(pulses.whyStuck(60_000)).toBeUndefined());
  });

  test('does not flood a server that ends every watch at once', async () => {
    bench.server.faultFor = ({ query }) => query['watch'] === 'true';
    for (let time = 0; time < 5; time += 1) bench.server.faults.push({ status: 200, text: '' });
    let randoms = 0;
    // One number for each watch, one for each delay.
    await bench.start({ random: () => (randoms += 1) / 1e6 });
    await bench.watching();
    expect(randoms).toBe(11);
  });
});

test('a failure that stays is logged once and not each time, and so is its end', async () => {
  for (let time = 0; time < 20; time += 1) bench.server.faults.push({ status: 500 });
  await bench.start();
  await bench.watching();
  bench.server.set(THINGS, 'n', 'a');
  await bench.converged();
  await eventually(() => expect(bench.lines.filter(({ level }) => level === 'info')).toHaveLength(1));
  expect(bench.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  expect(bench.lines.find(({ level }) => level === 'info')).toMatchObject({ failures: 20 });
});

test('stops at once whatever it is doing', async () => {
  bench.server.faults.push('ignore');
  await bench.start();
  await eventually(() => expect(bench.server.faults).toHaveLength(0));
  await bench.stop();
  bench = new Bench();
  bench.server.faults.push({ status: 500 });
  await bench.start({ backoff: { baseMs: 1e6, maxMs: 1e6 } });
  await eventually(() => expect(bench.server.faults).toHaveLength(0));
});

test('whatever happens, the store ends equal to the server, and each change is announced once and in order', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const fault = fc.constantFrom<Fault>(
    'hang-up',
    'half',
    { status: 500 },
    { status: 401 },
    { status: 410 },
    { status: 429, retryAfter: 0 },
  );
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), name, hidden: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), name }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault' as const), fault }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('cut', 'end', 'compact', 'bookmark', 'silence', 'speak', 'twice', 'converge'),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom('status', 'event'), async (steps, goneAs) => {
      const trial = new Bench();
      try {
        trial.server.goneAs = goneAs === 'status' ? 'status' : 'event';
        await trial.start({ pageSize: 2, idleTimeoutMs: 50 });
        for (const [index, item] of steps.entries()) {
          if (item.kind === 'set') trial.server.set(THINGS, 'n', item.name, { size: index, hidden: item.hidden });
          else if (item.kind === 'remove') trial.server.remove(THINGS, `n/${item.name}`);
          else if (item.kind === 'fault') trial.server.faults.push(item.fault);
          else if (item.kind === 'cut') trial.server.cut();
          else if (item.kind === 'end') trial.server.end();
          else if (item.kind === 'compact') trial.server.compact(THINGS);
          else if (item.kind === 'bookmark') trial.server.bookmark();
          else if (item.kind === 'twice') trial.server.duplicate = true;
          else if (item.kind === 'silence' || item.kind === 'speak') trial.server.silent = item.kind === 'silence';
          else if (!trial.server.silent) await trial.converged();
        }
        trial.server.silent = false;
        await trial.converged();
        const mirror = new Map<string, ThingView>();
        for (const change of trial.changes) {
          const key = keyOf(change.old ?? change.new ?? { namespace: '', name: '' });
          expect(mirror.get(key)).toEqual(change.old);
          if (change.new === undefined) mirror.delete(key);
          else mirror.set(key, change.new);
        }
        expect(mirror).toEqual(trial.truth());
      } finally {
        await trial.stop();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
