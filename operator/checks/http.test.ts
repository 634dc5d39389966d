import { expect, test } from '@jest/globals';
import type { HttpCheck } from '../api/checks.ts';
import { MAX_ANSWER_LENGTH } from '../api/checks.ts';
import { podAt } from './checks.fixture.ts';
import { DeadlineError } from './deadline.ts';
import { exchange } from './exchange.ts';
import { measureHttp } from './http.ts';
import { always, serve } from './test-server.fixture.ts';

const check = (fields: Partial<HttpCheck> = {}): HttpCheck => ({
  path: '/ready',
  scheme: 'HTTP',
  method: 'GET',
  headers: [],
  expect: { statuses: ['2xx'] },
  ...fields,
});

const never = new AbortController().signal;

test('passes when every pod answers as expected, each asked once', async () => {
  await using one = await serve(always(200));
  await using two = await serve(always(204));
  const pods = [podAt('a', one.port), podAt('b', two.port)];
  const measured = await measureHttp(check(), { pods, stage: 'Before' }, exchange, never);
  expect(measured).toEqual({ verdict: 'pass', message: 'all 2 pods answered as expected' });
  expect([one.requests.length, two.requests.length]).toEqual([1, 1]);
});

test('one bad pod of five fails it, and is named with its answer', async () => {
  await using good = await serve(always(200));
  await using bad = await serve(always(503, 'no\ndatabase'));
  const pods = ['a', 'b', 'd', 'e'].map((name) => podAt(`web-${name}`, good.port));
  pods.push(podAt('web-c', bad.port));
  const measured = await measureHttp(check(), { pods, stage: 'Before' }, exchange, never);
  expect(measured).toEqual({
    verdict: 'fail',
    message: `pod web-c (127.0.0.1:${bad.port}) answered 503, not 2xx: no database`,
  });
  expect(good.requests.length).toBe(4);
});

test('says how many of the pods failed when several do', async () => {
  await using bad = await serve(always(500, 'x'.repeat(1000)));
  const pods = [podAt('a', bad.port), podAt('b', bad.port)];
  const { message } = await measureHttp(check(), { pods, stage: 'Before' }, exchange, never);
  expect(message).toMatch(/^pod a .* answered 500, not 2xx: x+… \(2 of 2 pods failed\)$/);
  expect(message.length).toBeLessThanOrEqual(MAX_ANSWER_LENGTH);
});

test('sends the method, the headers and the body, and repeats no value of a header', async () => {
  await using echo = await serve((request, response) => {
    response.writeHead(500).end(`you said ${request.headers.authorization}`);
  });
  const headers = [
    { name: 'Authorization', value: 'Bearer sesame-open' },
    { name: 'Host', value: 'shop.example' },
    { name: 'X-A', value: '1' },
    { name: 'x-a', value: '2' },
  ];
  const asked = check({ path: '/a?b=c', method: 'POST', headers, body: '{}' });
  const { message } = await measureHttp(asked, { pods: [podAt('a', echo.port)], stage: 'Before' }, exchange, never);
  expect(echo.requests[0]).toMatchObject({ method: 'POST', url: '/a?b=c' });
  expect(echo.requests[0]?.headers).toMatchObject({
    host: 'shop.example',
    'x-a': '1, 2',
    authorization: 'Bearer sesame-open',
    'content-length': '2',
  });
  expect(message).toContain('you said <Authorization>');
  expect(message).not.toContain('sesame');
});

test('looks for an expression in the body, and only in its beginning', async () => {
  await using server = await serve((request, response) => {
    response.end(request.url === '/late' ? `${'x'.repeat(65 * 1024)}healthy` : 'all is healthy');
  });
  const pods = [podAt('a', server.port)];
  const matching = (path: string, bodyMatches: string) =>
    measureHttp(
      check({ path, expect: { statuses: ['200'], bodyMatches } }),
      { pods, stage: 'Before' },
      exchange,
      never,
    );
  expect(await matching('/', 'is h.*y$')).toMatchObject({ verdict: 'pass' });
  expect(await matching('/', 'ill')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('answered 200 without "ill": all is healthy'),
  });
  expect(await matching('/late', 'healthy')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('without "healthy" in its first 64 KiB'),
  });
  expect(await matching('/', '(')).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('bodyMatches "(" is no regular expression'),
  });
});

test('does not follow a redirect', async () => {
  await using server = await serve((_, response) => response.writeHead(302, { Location: '/elsewhere' }).end());
  const pods = [podAt('a', server.port)];
  expect(await measureHttp(check(), { pods, stage: 'Before' }, exchange, never)).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('answered 302, not 2xx'),
  });
  expect(server.requests.length).toBe(1);
});

test('a pod that refuses the connection fails it', async () => {
  const gone = await serve(always(200));
  await gone[Symbol.asyncDispose]();
  const pods = [podAt('a', gone.port)];
  expect(await measureHttp(check(), { pods, stage: 'Before' }, exchange, never)).toEqual({
    verdict: 'fail',
    message: `pod a (127.0.0.1:${gone.port}) gave no answer: it refused the connection`,
  });
});

test('a pod that does not answer in time fails it', async () => {
  const time = new AbortController();
  await using server = await serve(() => time.abort(new DeadlineError(10_000)));
  const pods = [podAt('a', server.port)];
  expect(await measureHttp(check(), { pods, stage: 'Before' }, exchange, time.signal)).toEqual({
    verdict: 'fail',
    message: `pod a (127.0.0.1:${server.port}) gave no answer in time`,
  });
});

test('an answer that never ends is cut, and one that is too slow is out of time', async () => {
  const time = new AbortController();
  await using endless = await serve((_, response) => {
    response.on('error', () => undefined);
    const more = (): void => {
      while (response.write('x'.repeat(10_000)));
      response.once('drain', more);
    };
    more();
  });
  await using slow = await serve((_, response) => {
    response.write('x', () => time.abort(new DeadlineError(10_000)));
  });
  const one = await measureHttp(check(), { pods: [podAt('a', endless.port)], stage: 'Before' }, exchange, never);
  expect(one.verdict).toBe('pass');
  const two = await measureHttp(check(), { pods: [podAt('a', slow.port)], stage: 'Before' }, exchange, time.signal);
  expect(two.verdict).toBe('fail');
});

test('ends with the reason of the signal when it is called off', async () => {
  const off = new AbortController();
  await using server = await serve(() => off.abort(new Error('the release is over')));
  const work = measureHttp(check(), { pods: [podAt('a', server.port)], stage: 'Before' }, exchange, off.signal);
  await expect(work).rejects.toThrow('the release is over');
});

test('a pod that is not ready cannot hide before the switch; after it, it gets no traffic and is left out', async () => {
  await using server = await serve(always(200));
  const pods = [podAt('a', server.port), podAt('b', server.port, { ready: false })];
  expect(await measureHttp(check(), { pods, stage: 'Before' }, exchange, never)).toEqual({
    verdict: 'inconclusive',
    message: 'pod b is not ready',
  });
  expect(await measureHttp(check(), { pods, stage: 'After' }, exchange, never)).toMatchObject({ verdict: 'pass' });
});

test('no pod at all is never a pass', async () => {
  for (const stage of ['Before', 'After'] as const) {
    expect(await measureHttp(check(), { pods: [], stage }, exchange, never)).toEqual({
      verdict: 'inconclusive',
      message: 'no pod is ready',
    });
  }
});

test('a port that the pods do not have fails it with what to write', async () => {
  const pods = [podAt('a', 1)];
  expect(await measureHttp(check({ port: 'admin' }), { pods, stage: 'Before' }, exchange, never)).toEqual({
    verdict: 'fail',
    message: 'pod a has no container port named admin: write a port in the template, or its number in http.port',
  });
});
