import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Router } from '@koa/router';
import { describe, expect, jest, test } from '@jest/globals';
import request from 'supertest';
import * as z from 'zod';
import { createApp } from './app.ts';
import { readJson } from './body.ts';
import type { RequestState } from './state.ts';
import { eventually } from './testing/eventually.ts';
import { keptLog } from './testing/log-lines.ts';
import { serveHandler } from './testing/serve.ts';

jest.setTimeout(30_000);

const LIMIT = 1000;
const schema = z.object({ name: z.string(), tags: z.array(z.object({ 'a/b': z.int() })).optional() });

const setUp = () => {
  const { log, lines } = keptLog();
  const routes = new Router<RequestState>();
  routes.put('/echo', async (ctx) => {
    ctx.body = await readJson(ctx, schema);
  });
  routes.put('/small', async (ctx) => {
    ctx.body = await readJson(ctx, schema, { limitBytes: 20 });
  });
  return { handler: createApp({ routes, log, bodyLimitBytes: LIMIT }).callback(), lines };
};

const put = (path = '/echo') => request(setUp().handler).put(path);
const ofLength = (bytes: number) => JSON.stringify({ name: 'x'.repeat(bytes - '{"name":""}'.length) });

test('a body that fits', async () => {
  const response = await put().send({ name: 'Ada', other: 1 });
  expect(response.body).toEqual({ name: 'Ada' });
});

test('every JSON type, with any charset parameter', async () => {
  const response = await put().type('application/merge-patch+json; charset=utf-8').send('{"name":"é"}');
  expect(response.body).toEqual({ name: 'é' });
});

describe('refused', () => {
  test.each([
    ['no JSON', '{"name":', 400, 'BODY_NOT_JSON'],
    ['nothing but space', '  ', 400, 'BODY_NOT_JSON'],
    ['a missing member', '{}', 422, 'BODY_INVALID'],
  ])('%s', async (_, body, status, code) => {
    const response = await put().type('json').send(body);
    expect(response.body).toMatchObject({ status, code });
  });

  test('bytes that are not UTF-8', async () => {
    await using server = await serveHandler(setUp().handler);
    const response = await fetch(`http://127.0.0.1:${server.port}/echo`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining('not UTF-8') });
  });

  test('no body', async () => {
    expect((await put()).body).toMatchObject({ status: 400, code: 'BODY_MISSING' });
  });

  test('another type', async () => {
    const response = await put().type('text/plain').send('hello');
    expect(response.status).toBe(415);
    expect(response.get('Accept')).toBe('application/json');
    expect(response.body.detail).toBe('Expected a body of application/json, found text/plain');
  });

  test('a compressed body', async () => {
    const response = await put().type('json').set('Content-Encoding', 'gzip').send('{}');
    expect(response.body).toMatchObject({ status: 415, detail: 'Expected no Content-Encoding, found gzip' });
  });

  test('each bad place is pointed at', async () => {
    const response = await put().send({ tags: [{ 'a/b': 1 }, { 'a/b': 'x' }] });
    expect(response.body.errors).toEqual([
      { pointer: '#/name', detail: expect.any(String) },
      { pointer: '#/tags/1/a~1b', detail: expect.any(String) },
    ]);
  });
});

describe('the limit', () => {
  test('is the last byte that is read', async () => {
    expect((await put().type('json').send(ofLength(LIMIT))).status).toBe(200);
    expect(
      (
        await put()
          .type('json')
          .send(ofLength(LIMIT + 1))
      ).body,
    ).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
      detail: 'Expected a body of at most 1000 bytes, found more',
    });
  });

  test('can be set by a route', async () => {
    expect((await put('/small').send({ name: 'longer than that' })).status).toBe(413);
  });

  test('holds for a body without a length, and the connection stays of use', async () => {
    await using server = await serveHandler(setUp().handler);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (body: string): Promise<[number | undefined, unknown, boolean]> => {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const options = { host: '127.0.0.1', port: server.port, path: '/echo', method: 'PUT', agent };
      const outgoing = httpRequest({ ...options, headers: { 'Content-Type': 'application/json' } }, resolve);
      outgoing.on('error', reject);
      outgoing.write(body.slice(0, 10));
      outgoing.end(body.slice(10));
      const response = await promise;
      return [response.statusCode, JSON.parse(await text(response)), outgoing.reusedSocket];
    };
    expect(await send(ofLength(500_000))).toEqual([413, expect.objectContaining({ code: 'BODY_TOO_LARGE' }), false]);
    expect(await send('{"name":"Ada"}')).toEqual([200, { name: 'Ada' }, true]);
    agent.destroy();
  });

  test('ends the connection of a client that does not stop', async () => {
    await using server = await serveHandler(setUp().handler);
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n',
    );
    const chunk = Buffer.alloc(256 * 1024);
    let sent = 0;
    const pump = (): void => {
      while (!socket.destroyed && socket.writableLength < 1024 * 1024) {
        sent += chunk.length;
        socket.write(chunk);
      }
    };
    socket.on('drain', pump);
    pump();
    await eventually('the connection to end', () => socket.destroyed);
    expect(sent).toBeLessThan(100 * 1024 * 1024);
  });
});

test('a client that goes away in the middle is logged as such, not as an error', async () => {
  const { handler, lines } = setUp();
  const asked = Promise.withResolvers<void>();
  await using server = await serveHandler((incoming, outgoing) => {
    asked.resolve();
    return handler(incoming, outgoing);
  });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na');
  await asked.promise;
  socket.destroy();
  await eventually('a line', () => lines.length > 0);
  expect(lines).toEqual([expect.objectContaining({ msg: 'request', status: 499 })]);
});
