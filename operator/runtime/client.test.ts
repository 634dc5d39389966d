import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ApiClient } from './client.ts';
import type { WatchEvent } from './client.ts';
import { ApiError, ConnectionError, isConflict, isGone, isInvalid, isNotFound } from './errors.ts';
import { FakeApiServer } from './testing/api-server.ts';
import { eventually } from './testing/eventually.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';
import type { RequestReport } from './transport.ts';

// Real sockets on a busy machine.
jest.setTimeout(30_000);

const THINGS = '/apis/example.dev/v1/things';
const PATH = '/apis/example.dev/v1/namespaces/n/things';

let server: FakeApiServer;
let clock: FakeClock;
let client: ApiClient;
let reports: RequestReport[];
let abort: AbortController;

beforeEach(async () => {
  server = new FakeApiServer();
  await server.start();
  clock = new FakeClock();
  reports = [];
  abort = new AbortController();
  client = new ApiClient(server.connection, {
    userAgent: 'test/1',
    onRequest: (report) => reports.push(report),
    clock,
  });
});

afterEach(async () => {
  client.close();
  await server.stop();
});

const failure = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('Expected a failure, found success');
};

describe('requests', () => {
  test('carry who sends them, and say how they went', async () => {
    server.set(THINGS, 'n', 'a');
    await client.get(`${PATH}/a`, { signal: abort.signal });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'user-agent': 'test/1' });
    expect(reports).toEqual([
      {
        method: 'GET',
        path: `${PATH}/a`,
        host: expect.stringContaining('127.0.0.1:'),
        code: 200,
        seconds: expect.any(Number),
      },
    ]);
  });

  test('a text is asked for as such and given as it came', async () => {
    server.set(THINGS, 'n', 'a');
    const text = await client.getText(`${PATH}/a`, { signal: abort.signal });
    expect(server.requests[0]?.headers.accept).toBe('*/*');
    expect(JSON.parse(text)).toMatchObject({ metadata: { name: 'a' } });
    expect(isNotFound(await failure(client.getText(`${PATH}/b`, { signal: abort.signal })))).toBe(true);
  });

  test('tell the API server under which id to audit them', async () => {
    server.set(THINGS, 'n', 'a');
    const audited = new ApiClient(server.connection, { userAgent: 'test/1', auditId: () => 'run.1' });
    await audited.get(`${PATH}/a`, { signal: abort.signal });
    audited.close();
    await client.get(`${PATH}/a`, { signal: abort.signal });
    expect(server.requests.map(({ headers }) => headers['audit-id'])).toEqual(['run.1', undefined]);
  });

  test('share one connection', async () => {
    server.set(THINGS, 'n', 'a');
    for (let time = 0; time < 5; time += 1) await client.get(`${PATH}/a`, { signal: abort.signal });
    expect(server.connections).toBe(1);
  });

  test('create, update, patch, apply and delete as the API wants them', async () => {
    const { signal } = abort;
    await client.create(PATH, { metadata: { name: 'a' }, size: 1 }, { signal });
    const made = await client.get<{ metadata: object; size: number }>(`${PATH}/a`, { signal });
    expect(made.size).toBe(1);
    await client.update(`${PATH}/a`, { ...made, size: 2 }, { signal });
    await client.patch(`${PATH}/a`, { size: 3 }, { signal, type: 'merge', fieldManager: 'me' });
    expect(server.objects(THINGS).get('n/a')).toMatchObject({ size: 3 });
    await client.apply(`${PATH}/a`, { size: 4 }, { signal, fieldManager: 'me', force: true, dryRun: true });
    expect(server.requests.slice(-2)).toMatchObject([
      { headers: { 'content-type': 'application/merge-patch+json' }, query: { fieldManager: 'me' } },
      {
        headers: { 'content-type': 'application/apply-patch+yaml' },
        query: { fieldManager: 'me', force: 'true', dryRun: 'All' },
      },
    ]);
    await client.delete(`${PATH}/a`, { signal, propagationPolicy: 'Background' });
    expect(server.objects(THINGS).size).toBe(0);
  });

  test('with a precondition that does not hold are conflicts', async () => {
    const { signal } = abort;
    server.set(THINGS, 'n', 'a');
    expect(isConflict(await failure(client.delete(`${PATH}/a`, { signal, resourceVersion: '1' })))).toBe(true);
    expect(isConflict(await failure(client.delete(`${PATH}/a`, { signal, uid: 'other' })))).toBe(true);
    expect(server.objects(THINGS).size).toBe(1);
    const stale = { metadata: { name: 'a', resourceVersion: '1' } };
    expect(isConflict(await failure(client.update(`${PATH}/a`, stale, { signal })))).toBe(true);
    expect(isConflict(await failure(client.create(PATH, { metadata: { name: 'a' } }, { signal })))).toBe(false);
  });

  test('that are refused say what the server said', async () => {
    const error = await failure(client.get(`${PATH}/none`, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'API_ERROR', status: 404, reason: 'NotFound' });
    expect(String(error)).toBe(`ApiError: GET ${PATH}/none: refused: NotFound (HTTP 404)`);
    expect(isNotFound(error)).toBe(true);
    server.faults.push(
      { status: 422, reason: 'Invalid' },
      { status: 410 },
      { status: 502, text: '<h1>Bad gateway</h1>' },
    );
    expect(isInvalid(await failure(client.get(PATH, { signal: abort.signal })))).toBe(true);
    expect(isGone(await failure(client.get(PATH, { signal: abort.signal })))).toBe(true);
    expect(String(await failure(client.get(PATH, { signal: abort.signal })))).toContain(
      '<h1>Bad gateway</h1> (HTTP 502)',
    );
  });

  test.each(['hang-up', 'half'] as const)('whose answer is cut (%s) are connection errors', async (fault) => {
    server.faults.push(fault);
    const error = await failure(client.get(PATH, { signal: abort.signal }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ code: 'CONNECTION_ERROR', cause: expect.anything() });
  });

  test('a read on a kept-alive connection that the server has closed is sent again, a write is not', async () => {
    const { signal } = abort;
    await client.get(PATH, { signal });
    server.faults.push('hang-up');
    await client.get(PATH, { signal });
    server.faults.push('hang-up');
    expect(await failure(client.create(PATH, { metadata: { name: 'a' } }, { signal }))).toBeInstanceOf(ConnectionError);
    expect(reports.map(({ code }) => code)).toEqual([200, 'error', 200, 'error']);
  });

  test('to a server that is not there are connection errors', async () => {
    await server.stop();
    const error = await failure(client.get(PATH, { signal: abort.signal }));
    expect(String(error)).toContain('ECONNREFUSED');
    expect(error).toBeInstanceOf(ConnectionError);
    expect(reports.map(({ code }) => code)).toEqual(['error']);
  });

  test('end by the signal, whether the answer has begun or not', async () => {
    const reason = new Error('enough');
    abort.abort(reason);
    expect(await failure(client.get(PATH, { signal: abort.signal }))).toBe(reason);
    const later = new AbortController();
    server.faults.push('ignore');
    const pending = failure(client.get(PATH, { signal: later.signal }));
    await eventually(() => expect(server.faults).toHaveLength(0));
    later.abort(reason);
    expect(await pending).toBe(reason);
  });

  test('that get no byte for the idle timeout are given up', async () => {
    const impatient = new ApiClient(server.connection, { userAgent: 'test/1', idleTimeoutMs: 20 });
    server.faults.push('ignore');
    expect(String(await failure(impatient.get(PATH, { signal: abort.signal })))).toContain('No byte came for 20 ms');
    impatient.close();
  });
});

describe('a busy server', () => {
  test('is asked again when it says so', async () => {
    server.faults.push({ status: 429, retryAfter: 2 });
    let done = false;
    const answer = client.get(PATH, { signal: abort.signal }).then(() => (done = true));
    await eventually(() => expect(clock.pending).toBe(1));
    await clock.advance(1999);
    expect(done).toBe(false);
    await clock.advance(1);
    await answer;
    expect(server.requests).toHaveLength(2);
  });

  test('is not asked for ever, nor waited for too long', async () => {
    for (let time = 0; time < 4; time += 1) server.faults.push({ status: 429, retryAfter: 1 });
    const answer = failure(client.get(PATH, { signal: abort.signal }));
    for (let retry = 0; retry < 3; retry += 1) {
      await eventually(() => expect(clock.pending).toBe(1));
      await clock.advance(1000);
    }
    expect(await answer).toMatchObject({ status: 429 });
    server.faults.push({ status: 429, retryAfter: 60 });
    expect(await failure(client.get(PATH, { signal: abort.signal }))).toBeInstanceOf(ApiError);
    server.faults.push({ status: 429 });
    expect(await failure(client.get(PATH, { signal: abort.signal }))).toBeInstanceOf(ApiError);
    expect(server.requests).toHaveLength(6);
  });
});

describe('a watch', () => {
  const query = { resourceVersion: '1', timeoutSeconds: '300', allowWatchBookmarks: 'true' };

  /** Collects the events of a watch; `end` tells how it ended. */
  const collect = (): { events: WatchEvent<{ metadata: { name: string } }>[]; end: Promise<unknown> } => {
    const events: WatchEvent<{ metadata: { name: string } }>[] = [];
    const run = async (): Promise<unknown> => {
      try {
        for await (const event of client.watch<{ metadata: { name: string } }>(THINGS, query, abort.signal))
          events.push(event);
        return 'end';
      } catch (error) {
        return error;
      }
    };
    return { events, end: run() };
  };

  test('brings events as they happen, until the server ends it', async () => {
    const { events, end } = collect();
    await eventually(() => expect(server.watches).toBe(1));
    server.set(THINGS, 'n', 'ä'.repeat(100_000));
    server.remove(THINGS, 'n/x');
    server.bookmark();
    await eventually(() => expect(events).toHaveLength(2));
    expect(events).toMatchObject([
      { type: 'ADDED', object: { metadata: { name: 'ä'.repeat(100_000) } } },
      { type: 'BOOKMARK' },
    ]);
    server.end();
    expect(await end).toBe('end');
  });

  test('that is cut, or not JSON, is a connection error', async () => {
    const cut = collect();
    await eventually(() => expect(server.watches).toBe(1));
    server.cut();
    expect(await cut.end).toBeInstanceOf(ConnectionError);
    server.faults.push({ status: 200, text: 'what?\n' }, { status: 200, text: '{"type":"ADD' });
    expect(await collect().end).toBeInstanceOf(ConnectionError);
    expect(await collect().end).toBeInstanceOf(ConnectionError);
  });

  test('that is refused is an API error', async () => {
    server.faults.push({ status: 403, reason: 'Forbidden' });
    expect(await collect().end).toMatchObject({ status: 403, reason: 'Forbidden' });
  });

  test('ends at once by the signal and by leaving the loop, and leaves no connection', async () => {
    const { end } = collect();
    await eventually(() => expect(server.watches).toBe(1));
    abort.abort(new Error('enough'));
    expect(await end).toMatchObject({ message: 'enough' });
    await eventually(() => expect(server.watches).toBe(0));
    server.set(THINGS, 'n', 'a');
    for await (const event of client.watch(THINGS, query, new AbortController().signal)) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await eventually(() => expect(server.watches).toBe(0));
    await settle();
  });
});
