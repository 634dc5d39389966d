import { expect, test } from '@jest/globals';
import type { PrometheusCheck } from '../api/checks.ts';
import { MAX_ANSWER_LENGTH } from '../api/checks.ts';
import { subject } from './checks.fixture.ts';
import { DeadlineError } from './deadline.ts';
import { exchange } from './exchange.ts';
import { measurePrometheus } from './prometheus.ts';
import { always, serve } from './test-server.fixture.ts';

const never = new AbortController().signal;

const vector = (...values: string[]): string =>
  answer(
    'vector',
    values.map((value, index) => ({ metric: { pod: `web-${index}` }, value: [0, value] })),
  );

const answer = (resultType: string, result: unknown): string =>
  JSON.stringify({ status: 'success', data: { resultType, result } });

const refusal = (error: string): string => JSON.stringify({ status: 'error', errorType: 'bad_data', error });

/** What is said about an answer with that status and body. */
const judged = async (status: number, body: string, fields: Partial<PrometheusCheck> = {}) => {
  await using server = await serve(always(status, body));
  const check = { address: server.address, query: 'errors', condition: 'value < 0.01', ...fields };
  return await measurePrometheus(check, subject, exchange, never);
};

test('passes when the value holds', async () => {
  expect(await judged(200, vector('0.002'))).toEqual({
    verdict: 'pass',
    message: 'the value is 0.002, so it is < 0.01',
  });
  expect(await judged(200, answer('scalar', [0, '0']))).toMatchObject({ verdict: 'pass' });
});

test('must hold for every series, and names the one for which it does not', async () => {
  expect(await judged(200, vector('0.001', '0.002'))).toEqual({
    verdict: 'pass',
    message: 'the values of all 2 series are < 0.01',
  });
  expect(await judged(200, vector('0.001', 'NaN', '0.5'))).toEqual({
    verdict: 'fail',
    message: 'the value of {pod="web-2"} is 0.5, not < 0.01',
  });
  expect(await judged(200, vector('+Inf'))).toMatchObject({ verdict: 'fail' });
});

test.each([
  ['no data', 200, vector(), 'Prometheus has no data for the query'],
  ['NaN', 200, vector('NaN'), 'the value of {pod="web-0"} is not a number (NaN)'],
  ['NaN beside a good value', 200, vector('0.001', 'NaN'), 'the value of {pod="web-1"} is not a number (NaN)'],
  ['a broken server', 503, refusal('out of memory'), 'Prometheus answered 503: out of memory'],
  ['a busy server', 429, 'slow down', 'Prometheus answered 429'],
])('%s is inconclusive, whatever the condition', async (_, status, body, message) => {
  for (const condition of ['value < 0.01', 'value != 7']) {
    expect(await judged(status, body, { condition })).toEqual({ verdict: 'inconclusive', message });
  }
});

test.each([
  [
    'a query that Prometheus refuses',
    400,
    refusal('parse error: unexpected end'),
    /\(400\): parse error: unexpected end$/,
  ],
  ['another server', 200, '<html>', /^no Prometheus at this address: it answered 200/],
  ['another API', 200, '{}', /^no Prometheus at this address/],
  ['a redirect', 302, '', /a redirect: write the address/],
  ['a range of values', 200, answer('matrix', []), /^the query gives a matrix/],
  ['histograms', 200, answer('vector', [{ metric: {}, histogram: [0, {}] }]), /^the query gives histograms/],
  ['an answer without bound', 200, 'x'.repeat(300 * 1024), /above 256 KiB/],
])('%s fails', async (_, status, body, message) => {
  expect(await judged(status, body)).toEqual({ verdict: 'fail', message: expect.stringMatching(message) });
});

test('the body of a server that is no Prometheus stays out of the message', async () => {
  for (const status of [200, 403, 500]) {
    expect((await judged(status, 'the-root-password')).message).not.toContain('password');
  }
});

test('a message has at most so many characters', async () => {
  expect((await judged(400, refusal('x'.repeat(1000)))).message.length).toBe(MAX_ANSWER_LENGTH);
});

test('a condition that nobody refused at apply fails', async () => {
  expect(await judged(200, vector('0'), { condition: 'value' })).toMatchObject({ verdict: 'fail' });
});

test('asks under the path of the address, with the release filled in', async () => {
  await using server = await serve(always(200, vector('0')));
  const query = 'rate(errors{pod=~"$(name)-$(slot)-.+", revision="$(revision)", ns="$(namespace)"}[1m]) + $(other)';
  const check = { address: `${server.address}/prometheus/`, query, condition: 'value < 1' };
  await measurePrometheus(check, subject, exchange, never);
  const asked = new URL(server.requests[0]?.url ?? '', server.address);
  expect(asked.pathname).toBe('/prometheus/api/v1/query');
  expect(asked.searchParams.get('query')).toBe(
    'rate(errors{pod=~"users-green-.+", revision="users-5f7c9d2b41", ns="shop"}[1m]) + $(other)',
  );
});

test('a server that is away, or does not answer in time, is inconclusive', async () => {
  const time = new AbortController();
  const server = await serve(() => time.abort(new DeadlineError(10_000)));
  const check = { address: server.address, query: 'errors', condition: 'value < 1' };
  expect(await measurePrometheus(check, subject, exchange, time.signal)).toEqual({
    verdict: 'inconclusive',
    message: 'Prometheus gave no answer in time',
  });
  await server[Symbol.asyncDispose]();
  expect(await measurePrometheus(check, subject, exchange, never)).toEqual({
    verdict: 'inconclusive',
    message: 'Prometheus gave no answer: it refused the connection',
  });
});
