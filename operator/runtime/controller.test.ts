import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { Controller } from './controller.ts';
import type { ControllerOptions, ReconcileResult } from './controller.ts';
import { ApiError, ConnectionError } from './errors.ts';
import { RuntimeMetrics } from './metrics.ts';
import { Pulses } from './pulses.ts';
import { ReconcileScope } from './reconcile-scope.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import { recordingLog } from './testing/recording-log.ts';

let clock: FakeClock;
let registry: Registry;
let lines: Record<string, unknown>[];
let abort: AbortController;
let running: Promise<void>;

beforeEach(() => {
  clock = new FakeClock();
  registry = new Registry();
  abort = new AbortController();
});

afterEach(async () => {
  abort.abort();
  await running;
});

const start = (
  reconcile: (key: string, signal: AbortSignal) => Promise<ReconcileResult | undefined>,
  workers = 1,
  more: Partial<ControllerOptions> = {},
): Controller => {
  const recording = recordingLog();
  ({ lines } = recording);
  const metrics = new RuntimeMetrics(registry);
  const controller = new Controller({ name: 'c', workers, reconcile, log: recording.log, metrics, clock, ...more });
  running = controller.run(abort.signal);
  return controller;
};

test('reconciles what is enqueued, with as many workers as told', async () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const controller = start(async (key) => {
    begun.push(key);
    await new Promise<void>((resolve) => {
      ends.set(key, resolve);
    });
    return undefined;
  }, 2);
  for (const key of ['a', 'b', 'c']) controller.enqueue(key);
  await settle();
  expect(begun).toEqual(['a', 'b']);
  expect(await registry.metrics()).toContain('controller_runtime_active_workers{controller="c"} 2\n');
  expect(await registry.metrics()).toContain('controller_runtime_max_concurrent_reconciles{controller="c"} 2\n');
  ends.get('b')?.();
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  for (const end of ends.values()) end();
  await settle();
  expect(await registry.metrics()).toContain('controller_runtime_reconcile_total{controller="c",result="success"} 3\n');
  expect(await registry.metrics()).toContain('controller_runtime_active_workers{controller="c"} 0\n');
});

test('comes back when asked to', async () => {
  let runs = 0;
  const controller = start(async () => {
    runs += 1;
    return runs === 1 ? { requeueAfterMs: 5000 } : undefined;
  });
  controller.enqueue('a');
  await clock.advance(4999);
  expect(runs).toBe(1);
  await clock.advance(1);
  expect(runs).toBe(2);
  controller.enqueueAfter('a', 100);
  await clock.advance(100);
  expect(runs).toBe(3);
});

test('tries a failed key again, later each time, and tells of each failure once with its stack', async () => {
  const at: number[] = [];
  const controller = start(async () => {
    at.push(clock.elapsed());
    if (at.length !== 4) throw new Error('no luck');
    return undefined;
  });
  controller.enqueue('a');
  await clock.advance(60_000);
  expect(at).toEqual([0, 5, 15, 35]);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatchObject({
    level: 'error',
    key: 'a',
    failures: 3,
    err: { stack: expect.stringContaining('no luck') },
  });
  const text = await registry.metrics();
  expect(text).toContain('controller_runtime_reconcile_errors_total{controller="c"} 3\n');
  expect(text).toContain('controller_runtime_reconcile_total{controller="c",result="error"} 3\n');
  // After the success the first delay is the short one again.
  controller.enqueue('a');
  await clock.advance(14);
  expect(at.slice(4)).toEqual([60_000, 60_005]);
});

test('a conflict is tried again without noise', async () => {
  let runs = 0;
  const controller = start(async () => {
    runs += 1;
    if (runs === 1) throw new ApiError(409, { reason: 'Conflict', message: 'changed meanwhile' }, 'PUT /x');
    return undefined;
  });
  controller.enqueue('a');
  await clock.advance(10);
  expect(runs).toBe(2);
  expect(lines.map(({ level }) => level)).toEqual(['debug']);
  expect(await registry.metrics()).toContain('controller_runtime_reconcile_errors_total{controller="c"} 0\n');
});

test.each([
  [1000, new ApiError(409, { reason: 'Conflict', message: 'changed meanwhile' }, 'PUT /x')],
  [5000, new ApiError(503, { reason: 'ServiceUnavailable', message: 'later' }, 'PUT /x')],
  [5000, new ApiError(429, { reason: 'TooManyRequests', message: 'later' }, 'PUT /x')],
])('is never more than %i ms late for an error that is not the fault of the key', async (longestMs, error) => {
  const at: number[] = [];
  const controller = start(() => {
    at.push(clock.elapsed());
    return Promise.reject(error);
  });
  controller.enqueue('a');
  await clock.advance(60_000);
  expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(longestMs);
});

test('while the server cannot be reached, keys are tried every few seconds, and each says so once', async () => {
  const at: number[] = [];
  const controller = start(() => {
    at.push(clock.elapsed());
    return Promise.reject(new ConnectionError('GET /x', new Error('refused')));
  });
  controller.enqueue('a');
  await clock.advance(60_000);
  expect((at.at(-1) ?? 0) - (at.at(-2) ?? 0)).toBe(5000);
  expect(lines.filter(({ level }) => level !== 'debug')).toEqual([
    expect.objectContaining({ level: 'warn', key: 'a', reason: expect.stringContaining('refused') }),
  ]);
});

test('stops when told: running reconciles are told by their signal and awaited, nothing new begins', async () => {
  const begun: string[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const controller = start(async (key, signal) => {
    begun.push(key);
    await ended;
    signal.throwIfAborted();
    return undefined;
  });
  controller.enqueue('a');
  controller.enqueue('b');
  await settle();
  let stopped = false;
  const stop = running.then(() => (stopped = true));
  abort.abort();
  await settle();
  expect(stopped).toBe(false);
  end();
  await stop;
  expect(begun).toEqual(['a']);
  expect(lines).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('stops at once when it was told before it began', async () => {
  abort.abort();
  const controller = start(() => Promise.reject(new Error('never')));
  controller.enqueue('a');
  await running;
  expect(lines).toEqual([]);
});

test('each run has an id of its own', async () => {
  const scope = new ReconcileScope();
  const ids: (string | undefined)[] = [];
  const controller = start(
    async () => {
      ids.push(scope.fields().reconcileId);
      return ids.length === 1 ? { requeueAfterMs: 0 } : undefined;
    },
    1,
    { scope },
  );
  controller.enqueue('a');
  await settle();
  expect(ids).toEqual([expect.any(String), expect.any(String)]);
  expect(new Set(ids).size).toBe(2);
});

test('a reconcile that does not end is known to stand still', async () => {
  const pulses = new Pulses(clock);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const controller = start(() => promise, 1, { pulses });
  controller.enqueue('a/b');
  await clock.advance(61_000);
  expect(pulses.whyStuck(60_000)).toBe('the reconcile of c a/b stands still for 61 s');
  resolve(undefined);
  await settle();
  expect(pulses.whyStuck(0)).toBeUndefined();
});
