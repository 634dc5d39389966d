import { expect, test } from '@jest/globals';
import type { Check } from '../api/checks.ts';
import { StillClock, podAt, subject } from './checks.fixture.ts';
import { exchange } from './exchange.ts';
import type { Jobs } from './job.ts';
import { measure } from './measure.ts';
import type { CheckTools } from './measure.ts';
import { serve } from './test-server.fixture.ts';

const never = new AbortController().signal;
const unused = (): Promise<never> => Promise.reject(new TypeError('Expected no Job'));
const jobs: Jobs = { find: unused, create: unused, log: unused };
const unreachable = (): Promise<never> => Promise.reject(new Error('GET pods: connection refused'));
const http: Check = {
  name: 'answers',
  count: 1,
  intervalSeconds: 1,
  timeoutSeconds: 5,
  failuresAllowed: 0,
  inconclusiveAllowed: 0,
  http: { path: '/', scheme: 'HTTP', method: 'GET', headers: [], expect: { statuses: ['2xx'] } },
};

const tools = (fields: Partial<CheckTools> = {}): CheckTools => ({
  exchange,
  jobs,
  pods: () => Promise.resolve([]),
  clock: new StillClock(),
  ...fields,
});

test('a measurement ends when its time is up, and leaves no timer', async () => {
  const clock = new StillClock();
  await using server = await serve(() => clock.advance(5000));
  const pods = () => Promise.resolve([podAt('a', server.port)]);
  expect(await measure(http, subject, tools({ clock, pods }), never)).toMatchObject({
    verdict: 'fail',
    message: expect.stringContaining('gave no answer in time'),
  });
  expect(clock.waiting).toBe(0);
});

test("what goes wrong on Relevo's side is inconclusive", async () => {
  expect(await measure(http, subject, tools({ pods: unreachable }), never)).toEqual({
    verdict: 'inconclusive',
    message: 'GET pods: connection refused',
  });
  const { http: _, ...rest } = http;
  const job: Check = { ...rest, job: { template: { spec: { template: {} } } } };
  expect(await measure(job, subject, tools(), never)).toMatchObject({ verdict: 'inconclusive' });
});

test('when it is called off it rejects with the reason', async () => {
  const off = new AbortController();
  const pods = (): Promise<never> => {
    off.abort(new Error('over'));
    return Promise.reject(new Error('cut'));
  };
  await expect(measure(http, subject, tools({ pods }), off.signal)).rejects.toThrow('over');
});
