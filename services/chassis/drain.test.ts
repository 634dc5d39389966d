import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { drain } from './drain.ts';
import { eventually } from './testing/eventually.ts';
import { followedServer, GET } from './testing/followed-server.ts';

jest.setTimeout(30_000);

const setUp = async (handler?: RequestListener) => {
  const server = await followedServer(handler);
  const { clock, http, connections } = server;
  const begin = () => {
    const state: { cut?: number } = {};
    const done = drain({ server: http, connections, lameDuckMs: 5000, timeoutMs: 20_000, clock }).then((cut) => {
      state.cut = cut;
      return cut;
    });
    return { state, done };
  };
  const ask = async () => {
    const client = await server.open();
    client.write(GET);
    await eventually('the answer', () => client.received().endsWith('ok'));
    return client;
  };
  /** Lets the time pass that the listener needs to find that nobody connects any more. */
  const untilClosed = async () =>
    await eventually('the listener to close', () => {
      clock.advance(25);
      return !http.listening;
    });
  return { ...server, begin, ask, untilClosed };
};

test('for the lame-duck time new connections are served and old ones stay', async () => {
  await using server = await setUp();
  const old = await server.ask();
  const { state } = server.begin();
  server.clock.advance(4999);
  await server.ask();
  expect(server.http.listening).toBe(true);
  expect(old.destroyed).toBe(false);
  expect(state.cut).toBeUndefined();
});

test('the listener stays open while somebody still connects', async () => {
  await using server = await setUp();
  server.begin();
  server.clock.advance(5000);
  for (let times = 0; times < 20; times += 1) {
    await server.ask();
    for (let looks = 0; looks < 5; looks += 1) {
      server.clock.advance(25);
      await setImmediate();
    }
    expect(server.http.listening).toBe(true);
  }
  await server.untilClosed();
});

test('then the listener and idle connections close, and the drain is done', async () => {
  await using server = await setUp();
  const old = await server.ask();
  await eventually('the end of the request', () => server.connections.inFlight === 0);
  const { state, done } = server.begin();
  server.clock.advance(5000);
  await server.untilClosed();
  await eventually('the drain to end', () => {
    server.clock.advance(25);
    return state.cut !== undefined;
  });
  expect(await done).toBe(0);
  await eventually('the end of the connection', () => old.destroyed);
});

test('requests in flight are waited for, with idle connections closing meanwhile', async () => {
  const answer = Promise.withResolvers<void>();
  await using server = await setUp((_, response) => void answer.promise.then(() => response.end('ok')));
  const socket = await server.open();
  socket.write(GET);
  await eventually('the request', () => server.connections.inFlight === 1);
  const { state, done } = server.begin();
  server.clock.advance(5000);
  await server.untilClosed();
  server.clock.advance(19_000);
  expect(state.cut).toBeUndefined();

  answer.resolve();
  await eventually('the answer', () => socket.received().endsWith('ok'));
  await eventually('the drain to end', () => {
    server.clock.advance(25);
    return state.cut !== undefined;
  });
  expect(await done).toBe(0);
});

test('after the drain timeout what is left is cut, and counted', async () => {
  await using server = await setUp(() => undefined);
  const socket = await server.open();
  socket.write(GET);
  await eventually('the request', () => server.connections.inFlight === 1);
  const opened = new Promise<Socket>((resolve) => server.http.once('connection', resolve));
  const half = await server.open();
  const peer = await opened;
  half.write('GET / HT');
  await eventually('half a request', () => peer.bytesRead > 0);
  const { done } = server.begin();
  server.clock.advance(5000);
  await server.untilClosed();
  await eventually('the wait for the rest', () => server.clock.sleeping > 0);
  server.clock.advance(20_000);
  expect(await done).toBe(2);
  await eventually('the end of both', () => socket.destroyed && half.destroyed);
});
