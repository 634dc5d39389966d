import { expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import type { Check, CheckStatus } from '../../operator/api/checks.ts';
import { BLUE_GREENS } from '../../operator/controllers/resources.ts';
import { always, eventually } from './eventually.ts';
import { startOperatorProcess } from './operator-process.ts';
import { PodNetwork } from './pod-network.ts';
import { sceneWithoutOperator, type Observed, type Scene } from './scene.ts';
import { StandInPrometheus } from './stand-in-prometheus.ts';

/** A check as a person writes it. */
type Written = Pick<Check, 'name'> & Record<string, unknown>;

const http: Written = { name: 'answers', http: { path: '/ready' } };
/** A query is the name of the check. */
const query = (name: string, { address }: StandInPrometheus, more: object = {}): Written => ({
  name,
  timeoutSeconds: 600,
  intervalSeconds: 1,
  prometheus: { address, query: name, condition: 'value < 1' },
  ...more,
});

const imageOf = (pod: V1Pod): string => pod.spec?.containers[0]?.image ?? '';

/** Starts an operator whose checks reach pods over a network in which all are well. */
const start = async (it: Scene): Promise<PodNetwork> => {
  const network = await PodNetwork.open({ pods: () => it.pods(), answer: () => ({ status: 200 }) });
  await it.startOperator(undefined, false, { exchange: network.exchange });
  return network;
};

const resultOf = ({ status }: Observed, name: string): CheckStatus | undefined =>
  status.checks?.results.find((result) => result.name === name);

const uidsOf = (pods: V1Pod[]): string[] => pods.map(({ metadata }) => metadata?.uid ?? '').toSorted();

test(
  'case 7: one bad pod of five fails a check before the switch: never switched, and the next template starts clean',
  sceneWithoutOperator(async (it) => {
    await using network = await start(it);
    const checks = { before: [http] };
    const first = await it.release({ image: 'ready:v1', replicas: 5, checks });
    expect(network.asked).toEqual([]);
    let bad = '';
    network.answer = (pod) => {
      if (imageOf(pod) !== 'ready:v2') return { status: 200 };
      if (bad === '') bad = pod.metadata?.name ?? '';
      return pod.metadata?.name === bad ? { status: 500, body: 'no database' } : { status: 200 };
    };
    await it.apply({ image: 'ready:v2', replicas: 5, checks });
    const failed = await it.until('to fail', (bg) => bg.status.history[0]?.outcome === 'Failed');
    const revision = failed.status.history[0]?.revision ?? '';
    expect(failed.status.history[0]).toMatchObject({ reason: 'CheckFailed', message: expect.stringContaining(bad) });
    expect(failed.status.history[0]?.message).toContain('answered 500, not 2xx: no database');
    expect(failed.status).toMatchObject({ active: first.status.active, rejected: revision });
    expect(resultOf(failed, 'answers')).toMatchObject({ kind: 'http', phase: 'Failed', passed: 0, failed: 1 });
    // Each pod once: none of the others could have hidden.
    expect(new Set(network.asked).size).toBe(5);
    expect(network.asked.length).toBe(5);
    await eventually(
      'no pods of the failed release',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
    );
    await always(
      'it not to be tried again',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
      1000,
    );
    const next = await it.release({ image: 'ready:v3', replicas: 5, checks });
    expect(it.selections.of('web')).toEqual([first.status.active, next.status.active]);
    expect(resultOf(next, 'answers')).toMatchObject({ phase: 'Passed', passed: 1, failed: 0 });
    expect(next.status.rejected).toBeUndefined();
  }),
);

test(
  'case 8: a check that fails after the switch takes the release back to the pods that stayed, and it is not tried again',
  sceneWithoutOperator(async (it) => {
    await using network = await start(it);
    const checks = { after: { windowSeconds: 600, checks: [{ ...http, intervalSeconds: 1 }] } };
    const retireAfterSeconds = 1;
    const first = await it.release({ image: 'ready:v1', retireAfterSeconds });
    const pods = uidsOf(await it.podsOf(first.status.active ?? ''));
    await it.apply({ image: 'ready:v2', retireAfterSeconds, checks });
    const verifying = await it.until('to pass once', (bg) => (resultOf(bg, 'answers')?.passed ?? 0) > 0);
    expect(verifying.status.step.name).toBe('Verifying');
    const second = verifying.status.active ?? '';
    expect(await it.behind('web')).toEqual(new Set(['ready:v2']));
    network.answer = (pod) => ({ status: imageOf(pod) === 'ready:v2' ? 503 : 200 });
    const back = await it.until(
      'to be back',
      (bg) => bg.status.active === first.status.active && bg.status.step.name === 'Stable',
    );
    const ended = back.status.history.find((entry) => entry.revision === second);
    expect(ended).toMatchObject({ outcome: 'Failed', reason: 'CheckFailed' });
    expect(ended?.message).toContain('answered 503');
    expect(back.status.rejected).toBe(second);
    expect(uidsOf(await it.podsOf(first.status.active ?? ''))).toEqual(pods);
    await eventually(
      'no pods of the failed release',
      () => it.podsOf(second),
      (left) => left.length === 0,
    );
    expect(it.selections.of('web')).toEqual([first.status.active, second, first.status.active]);
    await always(
      'it not to be tried again',
      () => it.podsOf(second),
      (left) => left.length === 0,
      1000,
    );
  }),
);

test(
  'case 10: Retry runs the same revision again with fresh checks',
  sceneWithoutOperator(async (it) => {
    await using network = await start(it);
    const checks = { before: [http] };
    const first = await it.release({ image: 'ready:v1' });
    network.answer = () => ({ status: 500 });
    await it.apply({ image: 'ready:v2', checks });
    const failed = await it.until('to fail', (bg) => bg.status.history[0]?.outcome === 'Failed');
    const revision = failed.status.history[0]?.revision ?? '';
    network.answer = () => ({ status: 200 });
    await it.apply({ image: 'ready:v2', checks, decision: { revision, action: 'Retry' } });
    const again = await it.serving('ready:v2');
    expect(again.status.active).toBe(revision);
    expect(again.status.checks?.run).not.toBe(failed.status.checks?.run);
    expect(resultOf(again, 'answers')).toMatchObject({ phase: 'Passed', passed: 1, failed: 0 });
    expect(it.selections.of('web')).toEqual([first.status.active, revision]);
  }),
);

test(
  'case 35: killed in the middle of checks, the next operator neither repeats a finished one nor forgets a running one',
  sceneWithoutOperator(async (it) => {
    await using prometheus = await StandInPrometheus.open({ finished: 0, running: 'hold' });
    const operator = await startOperatorProcess(it.environment.kubeconfigPath, it.namespace);
    try {
      await it.release({ image: 'ready:v1' });
      await it.apply({
        image: 'ready:v2',
        checks: { before: [query('finished', prometheus), query('running', prometheus)] },
      });
      await it.until(
        'to have one finished and one running',
        (bg) => resultOf(bg, 'finished')?.phase === 'Passed' && resultOf(bg, 'running')?.phase === 'Running',
      );
    } finally {
      await operator.stop();
    }
    await eventually(
      'the killed one to be gone',
      () => Promise.resolve(prometheus.given),
      (given) => given.length === 1,
    );
    await it.startOperator();
    await eventually(
      'the running one to be measured again',
      () => Promise.resolve(prometheus.count('running')),
      (count) => count === 2,
    );
    prometheus.set('running', 0);
    const done = await it.serving('ready:v2');
    expect(prometheus.asked.toSorted()).toEqual(['finished', 'running', 'running']);
    expect(done.status.checks?.results).toMatchObject([
      { name: 'finished', phase: 'Passed', passed: 1 },
      { name: 'running', phase: 'Passed', passed: 1 },
    ]);
  }),
);

test(
  'several checks run side by side, and all must pass',
  sceneWithoutOperator(async (it) => {
    await using network = await start(it);
    await using prometheus = await StandInPrometheus.open({ one: 'hold', two: 'hold', three: 'hold' });
    const first = await it.release({ image: 'ready:v1' });
    const before = [query('one', prometheus), query('two', prometheus), query('three', prometheus), http];
    await it.apply({ image: 'ready:v2', checks: { before } });
    await eventually(
      'all to be asked before any has an answer',
      () => Promise.resolve(prometheus.asked.length),
      (asked) => asked === 3,
    );
    prometheus.set('two', 0);
    prometheus.set('three', 0);
    const waiting = await it.until('to have three of four', (bg) => passedOf(bg).length === 3);
    expect(passedOf(waiting)).toEqual(['two', 'three', 'answers']);
    expect(waiting.status.step).toMatchObject({ name: 'Checking', waitingFor: expect.stringContaining('check one') });
    expect(it.selections.of('web')).toEqual([first.status.active]);
    prometheus.set('one', 0);
    await it.serving('ready:v2');
    expect(network.asked.length).toBe(2);
  }),
);

const passedOf = ({ status }: Observed): string[] =>
  (status.checks?.results ?? []).filter(({ phase }) => phase === 'Passed').map(({ name }) => name);

test(
  'Prometheus without data never passes',
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    await using prometheus = await StandInPrometheus.open({ errors: 'no data' });
    const first = await it.release({ image: 'ready:v1' });
    const before = [query('errors', prometheus, { inconclusiveAllowed: 1 })];
    await it.apply({ image: 'ready:v2', checks: { before } });
    const failed = await it.until('to fail', (bg) => bg.status.history[0]?.outcome === 'Failed');
    expect(failed.status.history[0]?.message).toContain('Prometheus has no data for the query');
    expect(resultOf(failed, 'errors')).toMatchObject({ passed: 0, failed: 0, inconclusive: 2 });
    expect(it.selections.of('web')).toEqual([first.status.active]);
  }),
);

test(
  'case 21: scaling while a check runs neither cancels nor passes it',
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    await using prometheus = await StandInPrometheus.open({ errors: 'hold' });
    const first = await it.release({ image: 'ready:v1', replicas: 2 });
    await it.apply({ image: 'ready:v2', replicas: 2, checks: { before: [query('errors', prometheus)] } });
    const checking = await it.until('to check', (bg) => resultOf(bg, 'errors')?.phase === 'Running');
    await it.objects.scale(BLUE_GREENS, 'web', 4);
    const scaled = await it.until(
      'to have both slots at four',
      ({ status: { slots } }) => slots.blue?.ready === 4 && slots.green?.ready === 4,
    );
    expect(scaled.status.step.name).toBe('Checking');
    expect(it.selections.of('web')).toEqual([first.status.active]);
    prometheus.set('errors', 0);
    const done = await it.until('to serve the second', (bg) => bg.status.active === checking.status.target);
    expect(prometheus.asked).toEqual(['errors']);
    expect(await it.podsOf(done.status.active ?? '')).toHaveLength(4);
  }),
);

test(
  'a check that runs is called off when its release is aborted',
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    await using prometheus = await StandInPrometheus.open({ errors: 'hold' });
    await it.release({ image: 'ready:v1' });
    const checks = { before: [query('errors', prometheus)] };
    await it.apply({ image: 'ready:v2', checks });
    const { status } = await it.until('to check', (bg) => resultOf(bg, 'errors')?.phase === 'Running');
    const decision = { revision: status.target ?? '', action: 'Abort' } as const;
    await it.apply({ image: 'ready:v2', checks, decision });
    await eventually(
      'the asker to be gone',
      () => Promise.resolve(prometheus.given),
      (given) => given.length === 1,
    );
    await it.until('to be aborted', (bg) => bg.status.history[0]?.outcome === 'Aborted');
    expect(prometheus.asked).toEqual(['errors']);
  }),
);

test(
  'while paused no measurement begins, and the result of one that runs is kept',
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    await using prometheus = await StandInPrometheus.open({ errors: 'hold' });
    const first = await it.release({ image: 'ready:v1' });
    const checks = { before: [query('errors', prometheus, { count: 2 })] };
    await it.apply({ image: 'ready:v2', checks });
    await it.until('to check', (bg) => resultOf(bg, 'errors')?.phase === 'Running');
    await it.apply({ image: 'ready:v2', checks, paused: true });
    await it.until('to be paused', (bg) => bg.spec.paused);
    prometheus.set('errors', 0);
    await it.until('to have counted it', (bg) => resultOf(bg, 'errors')?.passed === 1);
    await always(
      'no other measurement',
      () => Promise.resolve(prometheus.asked.length),
      (asked) => asked === 1,
      2000,
    );
    expect(it.selections.of('web')).toEqual([first.status.active]);
    await it.apply({ image: 'ready:v2', checks });
    const done = await it.serving('ready:v2');
    expect(resultOf(done, 'errors')).toMatchObject({ phase: 'Passed', passed: 2 });
    expect(prometheus.asked.length).toBe(2);
  }),
);
