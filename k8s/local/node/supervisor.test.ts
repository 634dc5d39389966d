import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Part, PartState } from './part.ts';
import { Supervisor } from './supervisor.ts';

const part = (name: string, needs: string[] = []): Part => ({ name, command: [name], needs });

interface Run {
  name: string;
  end: (exit: { code?: number; signal?: string }) => void;
}

/** After a test nothing more happens on its clock. */
let over = false;
beforeEach(() => {
  over = false;
});
afterEach(() => {
  over = true;
});

/** Programs that end when the test says so, on a clock that only sleeping moves. */
const setUp = (parts: Part[], isReady: (name: string) => boolean) => {
  const runs: Run[] = [];
  const slept: number[] = [];
  const phases = new Set<string>();
  let states: readonly PartState[] = [];
  let now = 0;
  const supervisor = new Supervisor({
    parts,
    launch: ({ name }) => {
      const { promise, resolve } = Promise.withResolvers<{ code?: number; signal?: string }>();
      runs.push({ name, end: resolve });
      return { pid: runs.length, exited: promise };
    },
    probe: ({ name }) => Promise.resolve(isReady(name)),
    onChange: (changed) => {
      states = changed;
      for (const { phase } of changed) phases.add(phase);
    },
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
      await new Promise<void>((resolve) => setImmediate(() => over || resolve()));
    },
  });
  void supervisor.run();
  return { runs, slept, phases, state: (name: string) => states.find((entry) => entry.name === name) };
};

const until = async (condition: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 1000; turn += 1) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('Expected the condition to come true');
};

test('a part starts when what it needs is ready, not before', async () => {
  const ready = new Set<string>();
  const { runs, state } = setUp([part('first'), part('second', ['first'])], (name) => ready.has(name));
  await until(() => state('first')?.phase === 'starting');
  expect(runs.map(({ name }) => name)).toEqual(['first']);
  expect(state('second')?.phase).toBe('waiting');
  ready.add('first');
  await until(() => runs.length === 2);
  expect(state('first')?.phase).toBe('ready');
  runs[0]?.end({ code: 0 });
});

test('a part that ends is started again and its end is remembered', async () => {
  const { runs, state } = setUp([part('proxy')], () => true);
  await until(() => state('proxy')?.phase === 'ready');
  runs[0]?.end({ signal: 'SIGKILL' });
  await until(() => state('proxy')?.restarts === 1 && state('proxy')?.phase === 'ready');
  expect(runs).toHaveLength(2);
  expect(state('proxy')?.lastExit).toEqual({ at: '1970-01-01T00:00:00.000Z', signal: 'SIGKILL' });
});

test('a part that ends again and again waits longer each time, up to half a minute', async () => {
  const { runs, slept, state } = setUp([part('proxy')], () => true);
  for (let run = 0; run < 9; run += 1) {
    await until(() => runs.length === run + 1);
    runs[run]?.end({ code: 1 });
    await until(() => slept.length === run + 1);
  }
  expect(slept).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(state('proxy')?.lastExit?.code).toBe(1);
});

test('a program that ends before it is ready never counts as ready', async () => {
  const { runs, phases } = setUp([part('proxy')], () => false);
  await until(() => phases.has('starting'));
  runs[0]?.end({ code: 1 });
  await until(() => runs.length === 2);
  expect([...phases]).toEqual(['waiting', 'starting', 'down']);
});
