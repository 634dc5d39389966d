import { describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import type { Address } from './connection.ts';
import { answerText, FakeServer } from './fake-server.ts';
import { FreshClient } from './fresh-client.ts';
import { KeepAliveClient } from './keep-alive-client.ts';

const request = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';
const optionsFor = (address: Address, timeoutMs = 5000) => ({
  address,
  request,
  timeoutMs,
  now: () => performance.now(),
});
const ok = { kind: 'answer', status: 200, revision: 'v1', retried: false };

describe('FreshClient', () => {
  test('makes a connection for each request', async () => {
    await using server = new FakeServer((socket) => socket.write(answerText('v1')));
    const client = new FreshClient(optionsFor(await server.listen()));
    expect(await Promise.all([client.send(), client.send(), client.send()])).toEqual([ok, ok, ok]);
    expect(server.connections).toBe(3);
  });

  test('says when nobody listens', async () => {
    const address = await (async () => {
      await using server = new FakeServer(() => undefined);
      return await server.listen();
    })();
    const result = await new FreshClient(optionsFor(address)).send();
    expect(result).toEqual({ kind: 'failed', reason: 'ECONNREFUSED before the connection was made', retried: false });
  });

  test.each([
    ['no answer', (socket: Socket) => socket.end(), 'closed before the answer'],
    ['half an answer', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le'), 'closed within the answer'],
    ['a reset', (socket: Socket) => socket.resetAndDestroy(), 'ECONNRESET before the answer'],
  ])('never tries again: %s', async (_, answer, reason) => {
    await using server = new FakeServer(answer);
    const result = await new FreshClient(optionsFor(await server.listen())).send();
    expect(result).toEqual({ kind: 'failed', reason, retried: false });
    expect(server.requests).toBe(1);
  });

  test('gives up after the timeout', async () => {
    await using server = new FakeServer(() => undefined);
    const result = await new FreshClient(optionsFor(await server.listen(), 20)).send();
    expect(result).toMatchObject({ kind: 'failed', reason: 'timeout before the answer' });
  });
});

describe('KeepAliveClient', () => {
  test('uses all of its connections in turn, and no more', async () => {
    const used: Socket[] = [];
    await using server = new FakeServer((socket) => {
      used.push(socket);
      socket.write(answerText('v1'));
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 3);
    for (let i = 0; i < 9; i++) expect(await client.send()).toEqual(ok);
    expect(server.connections).toBe(3);
    expect(used.slice(0, 3)).toEqual(used.slice(3, 6));
    client.close();
  });

  test('every connection keeps its turn while the server closes one after the other', async () => {
    const used: Socket[] = [];
    let isClosing = false;
    await using server = new FakeServer((socket) => {
      used.push(socket);
      socket.write(isClosing ? answerText('v1', 'connection: close') : answerText('v1'));
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 3);
    for (let i = 0; i < 3; i++) await client.send();
    isClosing = true;
    for (let i = 0; i < 3; i++) await client.send();
    // None was left aside in favour of a new one.
    expect(used.slice(3)).toEqual(used.slice(0, 3));
    client.close();
  });

  test('a request waits while every connection is busy', async () => {
    await using server = new FakeServer((socket) => setImmediate(() => socket.write(answerText('v1'))));
    const client = new KeepAliveClient(optionsFor(await server.listen()), 2);
    const results = await Promise.all(Array.from({ length: 10 }, () => client.send()));
    expect(results).toEqual(Array.from({ length: 10 }, () => ok));
    expect(server.connections).toBe(2);
    client.close();
  });

  test('never sends on a connection that the server announced to close', async () => {
    // The server keeps the connection open after its announcement: a request on it would be answered with v2.
    const announced = new Set<Socket>();
    await using server = new FakeServer((socket) => {
      socket.write(announced.has(socket) ? answerText('v2') : answerText('v1', 'connection: close'));
      announced.add(socket);
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 1);
    for (let i = 0; i < 5; i++) expect(await client.send()).toEqual(ok);
    expect(server.connections).toBe(5);
  });

  test('a request that crosses the closing of its connection is sent once more, and counted', async () => {
    await using server = new FakeServer((socket, number) => {
      if (number === 2) socket.resetAndDestroy();
      else socket.write(answerText('v1'));
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 1);
    expect(await client.send()).toEqual(ok);
    expect(await client.send()).toEqual({ ...ok, retried: true });
    expect([server.connections, server.requests]).toEqual([2, 3]);
    client.close();
  });

  test('only once', async () => {
    await using server = new FakeServer((socket, number) => {
      if (number === 1) socket.write(answerText('v1'));
      else socket.resetAndDestroy();
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 1);
    expect(await client.send()).toEqual(ok);
    expect(await client.send()).toMatchObject({ kind: 'failed', retried: true });
    expect(server.requests).toBe(3);
  });

  test('a new connection that breaks is a failure', async () => {
    await using server = new FakeServer((socket) => socket.resetAndDestroy());
    const client = new KeepAliveClient(optionsFor(await server.listen()), 1);
    expect(await client.send()).toEqual({ kind: 'failed', reason: 'ECONNRESET before the answer', retried: false });
    expect(server.requests).toBe(1);
  });

  test('an answer that is cut short is a failure', async () => {
    await using server = new FakeServer((socket, number) => {
      if (number === 1) socket.write(answerText('v1'));
      else socket.end('HTTP/1.1 200');
    });
    const client = new KeepAliveClient(optionsFor(await server.listen()), 1);
    await client.send();
    expect(await client.send()).toMatchObject({ kind: 'failed', reason: 'closed within the answer', retried: false });
  });

  test('leaves a connection a second before the server said it would close it', async () => {
    await using server = new FakeServer((socket) => socket.write(answerText('v1', 'keep-alive: timeout=5')));
    let nowMs = 0;
    const options = { ...optionsFor(await server.listen()), now: () => nowMs };
    const client = new KeepAliveClient(options, 1);
    await client.send();
    nowMs = 3999;
    await client.send();
    expect(server.connections).toBe(1);
    nowMs = 8000;
    await client.send();
    expect(server.connections).toBe(2);
    client.close();
  });
});
