import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { RuntimeMetrics } from './metrics.ts';
import { WorkQueue } from './queue.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

const make = (): { queue: WorkQueue; clock: FakeClock; registry: Registry } => {
  const registry = new Registry();
  const clock = new FakeClock();
  const queue = new WorkQueue({ name: 'q', metrics: new RuntimeMetrics(registry), clock });
  return { queue, clock, registry };
};

/** What the promise gave, or 'nothing' while it waits. */
const now = async <T>(promise: Promise<T>): Promise<T | 'nothing'> => {
  await settle();
  return await Promise.race([promise, Promise.resolve<'nothing'>('nothing')]);
};

test('hands out keys in order, each once', async () => {
  const { queue } = make();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  expect(queue.length).toBe(2);
  expect(await queue.take()).toBe('a');
  expect(await queue.take()).toBe('b');
  expect(await now(queue.take())).toBe('nothing');
});

test('a worker that waits gets the next key', async () => {
  const { queue } = make();
  const taken = queue.take();
  queue.add('a');
  expect(await taken).toBe('a');
});

test('a key added while it is worked on comes again once, when that is done', async () => {
  const { queue } = make();
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.add('a');
  const again = queue.take();
  expect(await now(again)).toBe('nothing');
  queue.done('a');
  expect(await now(again)).toBe('a');
  queue.done('a');
  expect(queue.length).toBe(0);
});

test('of several delays of a key the earliest counts', async () => {
  const { queue, clock } = make();
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 200);
  await clock.advance(49);
  expect(queue.length).toBe(0);
  await clock.advance(1);
  expect(queue.length).toBe(1);
  await queue.take();
  queue.done('a');
  await clock.advance(1000);
  expect(queue.length).toBe(0);
});

test('retries come later and later up to a minute, and soon again after forget', async () => {
  const { queue, clock } = make();
  const delays: number[] = [];
  for (let failure = 0; failure < 20; failure += 1) {
    const before = clock.elapsed();
    const taken = queue.take().then(() => delays.push(clock.elapsed() - before));
    queue.addRateLimited('a');
    await clock.advance(60_000);
    await taken;
    queue.done('a');
  }
  expect(delays.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  expect(delays.at(-1)).toBe(60_000);
  expect(queue.failures('a')).toBe(20);
  queue.forget('a');
  queue.addRateLimited('a');
  await clock.advance(5);
  expect(queue.length).toBe(1);
});

test('a stop drops what waits, sets idle workers free and waits for busy ones', async () => {
  const { queue, clock } = make();
  queue.add('a');
  await queue.take();
  queue.add('a');
  queue.addAfter('b', 10);
  const idle = queue.take();
  const stopped = queue.shutDown().then(() => 'stopped');
  expect(await idle).toBeUndefined();
  expect(await now(stopped)).toBe('nothing');
  queue.add('c');
  await clock.advance(100);
  queue.done('a');
  expect(await now(stopped)).toBe('stopped');
  expect(await queue.take()).toBeUndefined();
  expect(clock.pending).toBe(0);
  await queue.shutDown();
});

test('tells depth, adds, retries, waiting and working time', async () => {
  const { queue, clock, registry } = make();
  queue.add('a');
  queue.add('b');
  await clock.advance(2000);
  await queue.take();
  await clock.advance(3000);
  queue.addRateLimited('c');
  const text = await registry.metrics();
  expect(text).toContain('workqueue_depth{name="q"} 1\n');
  expect(text).toContain('workqueue_adds_total{name="q"} 2\n');
  expect(text).toContain('workqueue_retries_total{name="q"} 1\n');
  expect(text).toContain('workqueue_queue_duration_seconds_sum{name="q"} 2\n');
  expect(text).toContain('workqueue_unfinished_work_seconds{name="q"} 3\n');
  expect(text).toContain('workqueue_longest_running_processor_seconds{name="q"} 3\n');
  queue.done('a');
  expect(await registry.metrics()).toContain('workqueue_work_duration_seconds_sum{name="q"} 3\n');
});

test('never gives a key to two workers, and loses none', async () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('addAfter' as const), key: fc.constantFrom('a', 'b', 'c'), ms: fc.nat(50) }),
    fc.record({ kind: fc.constant('retry' as const), key: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('finish' as const), nth: fc.nat(3) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(60) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), async (actions, workers) => {
      const { queue, clock } = make();
      const inWork: string[] = [];
      /** For each key: how many runs have begun since the last add that must be answered by a run that begins later. */
      const owed = new Set<string>();
      const work = async (): Promise<void> => {
        const key = await queue.take();
        if (key === undefined) return;
        expect(inWork).not.toContain(key);
        inWork.push(key);
        owed.delete(key);
      };
      for (let worker = 0; worker < workers; worker += 1) void work();
      const finish = async (nth: number): Promise<void> => {
        const key = inWork[nth % Math.max(1, inWork.length)];
        if (key === undefined) return;
        inWork.splice(inWork.indexOf(key), 1);
        queue.done(key);
        void work();
        await settle();
      };
      for (const item of actions) {
        if (item.kind === 'finish') await finish(item.nth);
        else if (item.kind === 'wait') await clock.advance(item.ms);
        else {
          owed.add(item.key);
          if (item.kind === 'add') queue.add(item.key);
          else if (item.kind === 'retry') queue.addRateLimited(item.key);
          else queue.addAfter(item.key, item.ms);
        }
      }
      // A run that was begun by an earlier add may have paid an owed delayed one: the delay still brings one more run.
      await clock.advance(120_000);
      while (inWork.length > 0) await finish(0);
      expect([...owed]).toEqual([]);
      expect(queue.length).toBe(0);
    }),
    { numRuns: 50 },
  );
}, 60_000);

test('a key that is more urgent when it begins to wait comes first', async () => {
  const clock = new FakeClock();
  const ranks: Record<string, number> = { a: 1, b: 0 };
  const metrics = new RuntimeMetrics(new Registry());
  const queue = new WorkQueue({ name: 'q', metrics, clock, rankOf: (key) => ranks[key] ?? 2 });
  for (const key of ['c', 'a', 'b']) queue.add(key);
  expect(await queue.take()).toBe('b');
  queue.add('b');
  ranks['b'] = 3;
  queue.done('b');
  expect(await queue.take()).toBe('a');
  expect(await queue.take()).toBe('c');
  expect(await queue.take()).toBe('b');
});
