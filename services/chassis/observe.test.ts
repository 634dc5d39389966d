import { get } from 'node:http';
import { Router } from '@koa/router';
import { describe, expect, jest, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from './app.ts';
import { Metrics } from './metrics.ts';
import type { RequestState } from './state.ts';
import { eventually } from './testing/eventually.ts';
import { keptLog } from './testing/log-lines.ts';
import { serveHandler } from './testing/serve.ts';

jest.setTimeout(30_000);

const setUp = (accessLog = true) => {
  const { log, lines } = keptLog();
  const metrics = new Metrics();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const routes = new Router<RequestState>();
  routes.get('/users/:id', (ctx) => {
    ctx.body = 'ok';
  });
  routes.get('/slow', async (ctx) => {
    asked.resolve();
    await answer.promise;
    ctx.body = 'ok';
  });
  routes.get('/broken', (ctx) => {
    ctx.status = 500;
  });
  return { app: createApp({ routes, log, metrics, accessLog }).callback(), lines, metrics, asked, answer };
};

const metricLines = async (metrics: Metrics, name: string): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

describe('the access log', () => {
  test('has one line for a request', async () => {
    const { app, lines } = setUp();
    await request(app).get('/users/ada?full=1').set('User-Agent', 'test/1');
    await eventually('a line', () => lines.length > 0);
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        name: 'test',
        msg: 'request',
        address: '127.0.0.1',
        method: 'GET',
        uri: '/users/ada?full=1',
        status: 200,
        userAgent: 'test/1',
        durationMs: expect.any(Number),
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
  });

  test('can be switched off', async () => {
    const { app, lines, metrics } = setUp(false);
    await request(app).get('/users/ada');
    await eventually('the request to be counted', async () =>
      (await metricLines(metrics, 'http_server_request_duration_seconds_count')).some((line) => line.endsWith(' 1')),
    );
    expect(lines).toEqual([]);
  });
});

describe('metrics', () => {
  test.each([
    [
      'GET',
      '/users/ada',
      'http_request_method="GET",url_scheme="http",http_route="/users/:id",http_response_status_code="200"',
    ],
    ['GET', '/nowhere', 'http_request_method="GET",url_scheme="http",http_response_status_code="404"'],
    [
      'PROPFIND',
      '/users/ada',
      'http_request_method="_OTHER",url_scheme="http",http_response_status_code="501",error_type="501"',
    ],
    [
      'GET',
      '/broken',
      'http_request_method="GET",url_scheme="http",http_route="/broken",http_response_status_code="500",error_type="500"',
    ],
  ])('%s %s', async (method, path, labels) => {
    const { app, metrics } = setUp();
    await using server = await serveHandler(app);
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    await response.text();
    const counts = async () => metricLines(metrics, 'http_server_request_duration_seconds_count');
    await eventually('the request to be counted', async () => (await counts()).length > 0);
    expect(await counts()).toEqual([`http_server_request_duration_seconds_count{${labels}} 1`]);
  });
});

test('a request whose client went away is told as such', async () => {
  const { app, lines, metrics, asked, answer } = setUp();
  await using server = await serveHandler(app);
  const client = get({ host: '127.0.0.1', port: server.port, path: '/slow' });
  client.on('error', () => undefined);
  await asked.promise;
  expect(await metricLines(metrics, 'http_server_active_requests')).toEqual([
    'http_server_active_requests{http_request_method="GET",url_scheme="http"} 1',
  ]);

  client.destroy();
  await eventually('a line', () => lines.length > 0);
  expect(lines).toMatchObject([{ uri: '/slow', status: 499, address: '127.0.0.1' }]);
  expect(await metricLines(metrics, 'http_server_active_requests')).toEqual([
    'http_server_active_requests{http_request_method="GET",url_scheme="http"} 0',
  ]);
  expect(await metricLines(metrics, 'http_server_request_duration_seconds_count')).toEqual([
    'http_server_request_duration_seconds_count{http_request_method="GET",url_scheme="http",http_route="/slow",error_type="aborted"} 1',
  ]);
  answer.resolve();
});
