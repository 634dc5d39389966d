import { connect } from 'node:net';
import type { RequestListener } from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import { createPublicServer } from './public-server.ts';
import { eventually } from './testing/eventually.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { serve } from './testing/serve.ts';

jest.setTimeout(30_000);

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

const setUp = async (handler: RequestListener = (_, response) => response.end('ok')) => {
  const state = { closing: false };
  const { server } = createPublicServer(handler, {
    keepAliveMs: 65_000,
    closing: () => state.closing,
    clock: new ManualClock(),
  });
  const served = await serve(server);
  return { state, server, ...served };
};

/** Sends bytes on one connection and gives back what has come when the condition holds. */
const exchange = (port: number) => {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  return { socket, received: () => received };
};

describe('Connection: close', () => {
  test('is announced while closing, and no longer after it', async () => {
    await using server = await setUp();
    const ask = async () => (await fetch(`http://127.0.0.1:${server.port}`)).headers.get('connection');
    expect(await ask()).toBe('keep-alive');
    server.state.closing = true;
    expect(await ask()).toBe('close');
    server.state.closing = false;
    expect(await ask()).toBe('keep-alive');
  });

  test('is announced by an answer whose request came before', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await using server = await setUp((_, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end('ok'));
    });
    const response = fetch(`http://127.0.0.1:${server.port}`);
    await asked.promise;
    server.state.closing = true;
    answer.resolve();
    expect((await response).headers.get('connection')).toBe('close');
  });

  test.each<[string, RequestListener]>([
    ['headers given to writeHead', (_, response) => response.writeHead(200, { 'X-A': 'b' }).end('ok')],
    ['a reason', (_, response) => response.writeHead(200, 'Fine', { 'X-A': 'b' }).end('ok')],
    ['nothing but a status', (_, response) => response.writeHead(204).end()],
    ['a stream', (_, response) => response.write('ok', () => response.end())],
  ])('is announced by an answer with %s', async (_, handler) => {
    await using server = await setUp(handler);
    server.state.closing = true;
    expect((await fetch(`http://127.0.0.1:${server.port}`)).headers.get('connection')).toBe('close');
  });

  test('is announced by the last of pipelined answers, so that all of them are sent', async () => {
    await using server = await setUp((_, response) => setImmediate(() => response.end('ok')));
    server.state.closing = true;
    const { socket, received } = exchange(server.port);
    socket.write(GET.repeat(3));
    await eventually('the end of the connection', () => socket.readableEnded);
    const answers = received().split('HTTP/1.1 200 OK').slice(1);
    expect(answers.map((answer) => answer.includes('Connection: close'))).toEqual([false, false, true]);
  });
});

test('no limit on a connection is below the keep-alive time', async () => {
  await using server = await setUp();
  const { keepAliveTimeout, headersTimeout, requestTimeout } = server.server;
  expect(keepAliveTimeout).toBe(65_000);
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
  expect(requestTimeout).toBeGreaterThanOrEqual(headersTimeout);
});
