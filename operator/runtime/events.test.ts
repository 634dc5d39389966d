import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApiClient } from './client.ts';
import { EventRecorder } from './events.ts';
import type { EventRecord } from './events.ts';
import { FakeApiServer } from './testing/api-server.ts';
import type { FakeObject } from './testing/api-server.ts';
import { eventually } from './testing/eventually.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { recordingLog } from './testing/recording-log.ts';

// Real sockets on a busy machine.
jest.setTimeout(30_000);

const EVENTS = '/apis/events.k8s.io/v1/events';

const switched: EventRecord = {
  regarding: { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', namespace: 'n', name: 'users', uid: 'u' },
  type: 'Normal',
  reason: 'Switched',
  action: 'Switch',
  message: 'Traffic goes to users-1',
};

let server: FakeApiServer;
let clock: FakeClock;
let client: ApiClient;
let recorder: EventRecorder;
let lines: Record<string, unknown>[];
let abort: AbortController;
let running: Promise<void>;

beforeEach(async () => {
  server = new FakeApiServer();
  await server.start();
  clock = new FakeClock();
  client = new ApiClient(server.connection, { userAgent: 'test/1', clock });
  abort = new AbortController();
  const recording = recordingLog();
  ({ lines } = recording);
  recorder = new EventRecorder({
    client,
    controller: 'relevo.dev/operator',
    instance: 'pod-1',
    log: recording.log,
    clock,
  });
  running = recorder.run(abort.signal);
});

afterEach(async () => {
  abort.abort();
  // What cannot be sent any more is given up after a second.
  await clock.advance(1000);
  await running;
  client.close();
  await server.stop();
});

const events = (): FakeObject[] => [...server.objects(EVENTS).values()];

/** Waits for so many requests to have been answered. */
const written = async (requests: number): Promise<void> => {
  await eventually(() => expect(server.requests).toHaveLength(requests));
  await eventually(() => expect(server.answered).toBe(requests));
  await clock.advance(0);
};

test('events of the same millisecond have the times of their order', async () => {
  for (let number = 0; number < 20; number += 1) recorder.record({ ...switched, message: String(number) });
  await written(20);
  const times = new Map(events().map(({ note, eventTime }) => [Number(note), String(eventTime)]));
  const inOrder = Array.from({ length: 20 }, (_, number) => times.get(number) ?? '');
  expect(inOrder).toEqual(inOrder.toSorted());
  expect(new Set(inOrder).size).toBe(20);
});

test('an event says what happened to which object, who saw it and when', async () => {
  recorder.record(switched);
  await written(1);
  expect(events()).toEqual([
    {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: expect.objectContaining({ namespace: 'n', name: expect.stringMatching(/^users\.[0-9a-f]+$/) }),
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'relevo.dev/operator',
      reportingInstance: 'pod-1',
      regarding: switched.regarding,
      type: 'Normal',
      reason: 'Switched',
      action: 'Switch',
      note: 'Traffic goes to users-1',
    },
  ]);
});

test('an event of a cluster-scoped object is in namespace default', async () => {
  recorder.record({ ...switched, regarding: { apiVersion: 'v1', kind: 'Node', namespace: '', name: 'node-1' } });
  await written(1);
  expect(events()[0]?.metadata.namespace).toBe('default');
  expect(events()[0]?.['regarding']).toEqual({ apiVersion: 'v1', kind: 'Node', name: 'node-1' });
});

test('a message that is too long is shortened to what the API server takes', async () => {
  recorder.record({ ...switched, message: 'ä'.repeat(1000) });
  await written(1);
  const note = String(events()[0]?.['note']);
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
  expect(note).toMatch(/^ä{500,}…$/);
});

describe('repeated events', () => {
  test('become one series, written now and then', async () => {
    recorder.record(switched);
    await written(1);
    for (let time = 0; time < 10; time += 1) recorder.record(switched);
    await clock.advance(29_999);
    expect(server.requests).toHaveLength(1);
    recorder.record(switched);
    await clock.advance(1);
    await written(2);
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({ series: { count: 12, lastObservedTime: '2026-01-01T00:00:29.999000Z' } });
  });

  test('that were not written yet are written once', async () => {
    for (let time = 0; time < 3; time += 1) recorder.record(switched);
    await written(1);
    expect(events()).toMatchObject([{ series: { count: 3 } }]);
    await clock.advance(60_000);
    await written(1);
  });

  test('after a long quiet time are a new event', async () => {
    recorder.record(switched);
    await written(1);
    await clock.advance(6 * 60_000);
    recorder.record(switched);
    await written(2);
    expect(events()).toHaveLength(2);
  });

  test('are made again when the server has forgotten them', async () => {
    recorder.record(switched);
    await written(1);
    server.remove(EVENTS, `n/${events()[0]?.metadata.name}`);
    recorder.record(switched);
    await clock.advance(30_000);
    await written(3);
    expect(events()).toMatchObject([{ series: { count: 2 } }]);
  });

  test('of another object, reason or message are other events', async () => {
    recorder.record(switched);
    recorder.record({ ...switched, reason: 'Retired' });
    recorder.record({ ...switched, message: 'Traffic goes to users-2' });
    recorder.record({ ...switched, regarding: { ...switched.regarding, name: 'orders' } });
    await written(4);
    expect(events()).toHaveLength(4);
  });
});

test('a failure is passed over, and the next event is written', async () => {
  server.faults.push({ status: 403 }, 'hang-up');
  recorder.record(switched);
  recorder.record({ ...switched, reason: 'Retired' });
  recorder.record({ ...switched, reason: 'Filled' });
  await eventually(() => expect(events()).toMatchObject([{ reason: 'Filled' }]));
  expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug']);
  // The failed one is not taken for written.
  recorder.record(switched);
  await eventually(() => expect(events()).toHaveLength(2));
});

test('a flood is slowed down and bounded', async () => {
  const notes: unknown[] = [];
  const { log } = recordingLog();
  const sink = {
    create: async <T>(_path: string, body: unknown): Promise<T> => {
      notes.push(body);
      return JSON.parse('{}');
    },
    patch: () => Promise.reject(new Error('never')),
  };
  const flooded = new EventRecorder({ client: sink, controller: 'c', instance: 'i', log, clock });
  const end = flooded.run(abort.signal);
  for (let index = 0; index < 10_000; index += 1) flooded.record({ ...switched, message: `number ${index}` });
  await eventually(() => expect(notes).toHaveLength(100));
  await clock.advance(1000);
  expect(notes).toHaveLength(120);
  await clock.advance(600_000);
  expect(notes).toHaveLength(4096);
  abort.abort();
  await end;
});

test('the count of a series that goes on is written at the stop', async () => {
  recorder.record(switched);
  await written(1);
  recorder.record(switched);
  recorder.record(switched);
  abort.abort();
  await running;
  expect(events()).toMatchObject([{ series: { count: 3 } }]);
});

test('what was recorded before the stop is written, what cannot be is dropped after a second', async () => {
  recorder.record(switched);
  abort.abort();
  await running;
  expect(events()).toHaveLength(1);
  const next = new AbortController();
  server.faults.push('ignore');
  recorder.record({ ...switched, reason: 'Retired' });
  running = recorder.run(next.signal);
  await eventually(() => expect(server.faults).toHaveLength(0));
  next.abort();
  recorder.record({ ...switched, reason: 'Filled' });
  server.faults.push('ignore');
  await eventually(() => expect(server.requests).toHaveLength(3));
  await clock.advance(1000);
  await running;
  expect(clock.pending).toBe(0);
});
