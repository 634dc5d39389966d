import { expect, test } from '@jest/globals';
import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Check, CheckStatus } from '../../api/checks.ts';
import type { Exchange, ExchangeAnswer } from '../../checks/exchange.ts';
import type { CheckTools } from '../../checks/measure.ts';
import { FakeClock } from '../../runtime/testing/fake-clock.ts';
import { recordingLog } from '../../runtime/testing/recording-log.ts';
import { specWith } from '../spec.fixture.ts';
import { Measurements } from './measurements.ts';

const check = (name: string): Check => ({
  name,
  count: 1,
  intervalSeconds: 1,
  failuresAllowed: 0,
  inconclusiveAllowed: 0,
  prometheus: { address: 'http://prometheus', query: 'errors', condition: 'value < 1' },
});
const result = (name: string, fields: Partial<CheckStatus> = {}): CheckStatus => ({
  name,
  kind: 'prometheus',
  phase: 'Running',
  passed: 0,
  failed: 0,
  inconclusive: 0,
  ...fields,
});
const statusWith = (results: CheckStatus[], { run = 'run-1', release = 'web-1' } = {}): BlueGreenStatus => ({
  observedGeneration: 1,
  slots: {},
  step: { name: 'Checking', since: '2026-01-01T00:00:00.000Z' },
  release: { revision: release, startedAt: '2026-01-01T00:00:00.000Z', steps: {} },
  checks: { stage: 'Before', revision: 'web-1', run, results },
  conditions: [],
  history: [],
  replicas: 0,
  selector: '',
});
const bluegreen = {
  namespace: 'shop',
  name: 'web',
  uid: 'u-1',
  resourceVersion: '1',
  generation: 1,
  deleting: false,
  spec: specWith({ configMap: 'settings', active: 'web' }),
};
const order = (name: string, number = 0) =>
  ({
    id: `run-1/Before/${name}/${number}`,
    check: check(name),
    stage: 'Before',
    slot: 'green',
    revision: 'web-1',
  }) as const;

const none = (): Promise<never> => Promise.reject(new TypeError('Expected no Job and no pod'));

/** A Prometheus that answers when it is told to. */
class Answers {
  readonly asked: { answer: (answer: ExchangeAnswer) => void; signal: AbortSignal }[] = [];

  readonly exchange: Exchange = (_, signal) =>
    new Promise((resolve, reject) => {
      this.asked.push({ answer: resolve, signal });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });

  give(index: number, value: string): void {
    const data = { resultType: 'vector', result: [{ metric: {}, value: [0, value] }] };
    this.asked[index]?.answer({ status: 200, body: JSON.stringify({ status: 'success', data }), cut: false });
  }
}

const begun = () => {
  const answers = new Answers();
  const clock = new FakeClock();
  const { log, lines } = recordingLog();
  const tools: CheckTools = {
    exchange: answers.exchange,
    jobs: { find: none, create: none, log: none },
    pods: none,
    clock,
  };
  const measurements = new Measurements({ tools, log, clock });
  const ended: string[] = [];
  measurements.subscribe((key) => ended.push(key));
  return { answers, clock, lines, measurements, ended };
};

test('a measurement runs in the background, once for its id, and its end brings a reconcile', async () => {
  const { answers, measurements, ended, lines } = begun();
  measurements.begin(bluegreen, order('errors'));
  measurements.begin(bluegreen, order('errors'));
  expect(measurements.of('u-1')).toEqual([{ id: 'run-1/Before/errors/0', state: 'running' }]);
  expect(answers.asked.length).toBe(1);
  answers.give(0, '0');
  await measurements.idle();
  expect(ended).toEqual(['shop/web']);
  const done = { id: 'run-1/Before/errors/0', state: 'done', verdict: 'pass', message: 'the value is 0, so it is < 1' };
  expect(measurements.of('u-1')).toMatchObject([done]);
  // Its result is still awaited: it is not made again.
  measurements.begin(bluegreen, order('errors'));
  expect(answers.asked.length).toBe(1);
  expect(lines).toMatchObject([{ msg: 'Ended a measurement', verdict: 'pass', bluegreen: 'web' }]);
});

test('several run side by side', async () => {
  const { answers, measurements, ended } = begun();
  measurements.begin(bluegreen, order('errors'));
  measurements.begin(bluegreen, order('latency'));
  expect(answers.asked.length).toBe(2);
  answers.give(1, '2');
  answers.give(0, '0');
  await measurements.idle();
  expect(measurements.of('u-1')).toMatchObject([{ verdict: 'pass' }, { verdict: 'fail' }]);
  expect(ended).toEqual(['shop/web', 'shop/web']);
});

test('a result is kept until status has counted it, then forgotten', async () => {
  const { answers, measurements } = begun();
  measurements.begin(bluegreen, order('errors'));
  answers.give(0, '0');
  await measurements.idle();
  measurements.retain({ uid: 'u-1', status: statusWith([result('errors')]) });
  expect(measurements.of('u-1').length).toBe(1);
  measurements.retain({ uid: 'u-1', status: statusWith([result('errors', { passed: 1 })]) });
  expect(measurements.of('u-1')).toEqual([]);
});

test.each([
  ['the release has ended', { ...statusWith([result('errors')]), release: undefined }],
  ['another release is under way', statusWith([result('errors')], { release: 'web-2' })],
  ['the release is run again', statusWith([result('errors')], { run: 'run-2' })],
  ['the check is no longer there', statusWith([result('other')])],
])('a measurement is called off when %s', async (_, { release, ...rest }) => {
  const { answers, measurements, lines } = begun();
  measurements.begin(bluegreen, order('errors'));
  measurements.retain({ uid: 'u-1', status: { ...rest, ...(release === undefined ? {} : { release }) } });
  expect(measurements.of('u-1')).toEqual([]);
  expect(measurements.isBusy('u-1')).toBe(true);
  await measurements.idle();
  expect(measurements.isBusy('u-1')).toBe(false);
  expect(answers.asked[0]?.signal.aborted).toBe(true);
  expect(lines.filter(({ msg }) => msg === 'Ended a measurement')).toEqual([]);
});

test('a BlueGreen that is gone takes its own measurements along, and no others', async () => {
  const { answers, measurements } = begun();
  measurements.begin(bluegreen, order('errors'));
  measurements.begin({ ...bluegreen, name: 'api', uid: 'u-2' }, order('errors'));
  measurements.forget('u-1');
  expect(answers.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await measurements.stop();
});

test('after a stop nothing runs', async () => {
  const { answers, clock, measurements } = begun();
  measurements.begin(bluegreen, order('errors'));
  await measurements.stop();
  expect(answers.asked[0]?.signal.aborted).toBe(true);
  expect(measurements.of('u-1')).toEqual([]);
  expect(clock.pending).toBe(0);
});
