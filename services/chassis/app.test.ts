import { Readable } from 'node:stream';
import { Router } from '@koa/router';
import { describe, expect, jest, test } from '@jest/globals';
import request from 'supertest';
import { type AppOptions, createApp } from './app.ts';
import { Problem } from './problem.ts';
import type { RequestState } from './state.ts';
import { eventually } from './testing/eventually.ts';
import { keptLog } from './testing/log-lines.ts';
import { serveHandler } from './testing/serve.ts';

jest.setTimeout(30_000);

async function* halfAnAnswer() {
  yield 'half';
  throw new Error('the other half is gone');
}

const agent = (options: Partial<AppOptions> = {}) => request(handlerOf(options));

const handlerOf = (options: Partial<AppOptions>) => {
  const routes = new Router<RequestState>();
  routes.get('/ok', (ctx) => {
    ctx.body = { traceId: ctx.state.traceId, ip: ctx.ip };
  });
  routes.get('/none', (ctx) => {
    ctx.status = 204;
  });
  routes.get('/problem', () => {
    throw new Problem(409, 'SEAT_TAKEN', 'Expected a free seat, found 12A taken', {
      extensions: { seat: '12A' },
      headers: { 'Retry-After': '3' },
    });
  });
  routes.get('/broken', () => {
    throw new Error('password is hunter2');
  });
  routes.get('/thrown', (ctx) => ctx.throw(418, 'no coffee'));
  routes.get('/half', (ctx) => {
    ctx.body = Readable.from(halfAnAnswer());
  });
  routes.get('/bare', (ctx) => {
    ctx.status = 503;
  });
  return createApp({ routes, ...options }).callback();
};

describe('every error is a problem document', () => {
  test.each([
    ['an unknown path', '/nowhere', 404, 'NOT_FOUND', 'Nothing is found at /nowhere'],
    ['a problem', '/problem', 409, 'SEAT_TAKEN', 'Expected a free seat, found 12A taken'],
    ["an error of Koa's", '/thrown', 418, 'I_M_A_TEAPOT', 'no coffee'],
    ['a bare status', '/bare', 503, 'SERVICE_UNAVAILABLE', 'Service Unavailable'],
  ])('%s', async (_, path, status, code, detail) => {
    const response = await agent().get(path);
    expect(response.status).toBe(status);
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({ type: 'about:blank', title: expect.any(String), status, code, detail });
  });

  test('a wrong method, with those that are right', async () => {
    const response = await agent().post('/ok');
    expect(response.status).toBe(405);
    expect(response.get('Allow')).toBe('HEAD, GET');
    expect(response.body).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      detail: 'Expected one of HEAD, GET, found POST',
    });
  });

  test("a problem's own members and headers", async () => {
    const response = await agent().get('/problem');
    expect(response.body).toMatchObject({ seat: '12A' });
    expect(response.get('Retry-After')).toBe('3');
  });

  test('an unknown error shows nothing of itself and is logged under the same trace', async () => {
    const { log, lines } = keptLog();
    const response = await agent({ log }).get('/broken');
    expect(response.status).toBe(500);
    expect(response.body).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', status: 500 });
    expect(response.text).not.toContain('hunter2');
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        traceId: response.body.traceId,
        err: expect.objectContaining({ message: 'password is hunter2' }),
      }),
    );
  });

  test('no body for HEAD', async () => {
    const response = await agent().head('/nowhere');
    expect(response.status).toBe(404);
    expect(response.text).toBeUndefined();
  });
});

test('an answer that breaks off is logged', async () => {
  const { log, lines } = keptLog();
  await using server = await serveHandler(handlerOf({ log }));
  const response = await fetch(`http://127.0.0.1:${server.port}/half`);
  await expect(response.text()).rejects.toThrow('terminated');
  await eventually('the request to end', () => lines.some(({ msg }) => msg === 'request'));
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', err: expect.objectContaining({ message: 'the other half is gone' }) }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'request', uri: '/half' }));
});

describe('x-relevo-revision', () => {
  test.each(['/ok', '/none', '/nowhere', '/broken'])('is in the answer of %s', async (path) => {
    const response = await agent({ revision: () => 'users-5f7c9d2b41' }).get(path);
    expect(response.get('x-relevo-revision')).toBe('users-5f7c9d2b41');
  });

  test('is absent when there is no revision', async () => {
    expect((await agent().get('/ok')).headers).not.toHaveProperty('x-relevo-revision');
  });
});

test("a request keeps its caller's trace", async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const response = await agent().get('/ok').set('traceparent', `00-${traceId}-00f067aa0ba902b7-01`);
  expect(response.body.traceId).toBe(traceId);
});

test('X-Forwarded-For counts only when proxies are trusted', async () => {
  const direct = await agent().get('/ok').set('X-Forwarded-For', '192.0.2.7');
  expect(direct.body.ip).toContain('127.0.0.1');
  const trusted = await agent({ trustProxy: true }).get('/ok').set('X-Forwarded-For', '192.0.2.7');
  expect(trusted.body.ip).toBe('192.0.2.7');
});
