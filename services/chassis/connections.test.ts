import type { Socket } from 'node:net';
import { describe, expect, jest, test } from '@jest/globals';
import { eventually } from './testing/eventually.ts';
import { followedServer, GET } from './testing/followed-server.ts';

jest.setTimeout(30_000);

describe('closeIdle', () => {
  test('closes a connection after its answer', async () => {
    await using server = await followedServer();
    const socket = await server.open();
    socket.write(GET);
    await eventually('the answer', () => socket.received().endsWith('ok'));
    await eventually('the end of the request', () => server.connections.inFlight === 0);
    server.connections.closeIdle();
    await eventually('the end', () => socket.destroyed);
    expect(server.connections.size).toBe(0);
  });

  test('leaves a connection with a request in flight', async () => {
    const answer = Promise.withResolvers<void>();
    await using server = await followedServer((_, response) => void answer.promise.then(() => response.end('ok')));
    const socket = await server.open();
    socket.write(GET);
    await eventually('the request', () => server.connections.inFlight === 1);
    server.connections.closeIdle();
    answer.resolve();
    await eventually('the answer', () => socket.received().endsWith('ok'));
    expect(socket.destroyed).toBe(false);
  });

  test('leaves a half-sent request on a used connection', async () => {
    await using server = await followedServer();
    const socket = await server.open();
    const used = new Promise<Socket>((resolve) => server.http.once('request', (request) => resolve(request.socket)));
    socket.write(GET);
    await eventually('the answer', () => socket.received().endsWith('ok') && server.connections.inFlight === 0);
    const peer = await used;
    const before = peer.bytesRead;
    socket.write(GET.slice(0, 10));
    await eventually('half a request', () => peer.bytesRead > before);
    server.connections.closeIdle();
    socket.write(GET.slice(10));
    await eventually('a second answer', () => socket.received().split('200 OK').length === 3);
    expect(socket.destroyed).toBe(false);
  });

  test('gives a new connection a second to send its first request', async () => {
    await using server = await followedServer();
    const socket = await server.open();
    server.connections.closeIdle();
    socket.write(GET);
    await eventually('the answer', () => socket.received().endsWith('ok'));

    const unused = await server.open();
    server.clock.advance(1000);
    server.connections.closeIdle();
    await eventually('the end', () => unused.destroyed);
    expect(unused.received()).toBe('');
  });

  test('leaves an answer that has ended and is still on its way to a slow client', async () => {
    const body = 'x'.repeat(32 * 1024 * 1024);
    const ended = Promise.withResolvers<void>();
    await using server = await followedServer((_, response) => {
      response.end(body);
      ended.resolve();
    });
    const socket = await server.open();
    let received = 0;
    socket.removeAllListeners('data').pause();
    socket.write(GET);
    await ended.promise;
    server.connections.closeIdle();
    socket.on('data', (chunk) => (received += chunk.length)).resume();
    await eventually('the whole answer', () => received > body.length);
    expect(socket.destroyed).toBe(false);
  });
});

test('cut ends everything and counts it', async () => {
  await using server = await followedServer(() => undefined);
  const sockets = [await server.open(), await server.open()];
  for (const socket of sockets) socket.write(GET);
  await eventually('the requests', () => server.connections.inFlight === 2);
  expect(server.connections.cut()).toBe(2);
  await eventually('the end', () => server.connections.size === 0);
});

test('only the newest of pipelined requests is the newest', async () => {
  const seen: boolean[] = [];
  await using server = await followedServer((request, response) => {
    // After both have come in: the parser gives them out in one go.
    setImmediate(() => {
      seen.push(server.connections.isNewest(request));
      response.end('ok');
    });
  });
  const socket = await server.open();
  socket.write(GET + GET);
  await eventually('both answers', () => seen.length === 2);
  expect(seen).toEqual([false, true]);
});
