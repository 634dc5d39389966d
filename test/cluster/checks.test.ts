import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { BlueGreen, BlueGreenStatus } from '../../operator/api/bluegreen.ts';
import { LABEL_CHECK, LABEL_REVISION } from '../../operator/api/names.ts';
import { BLUE_GREENS, JOBS, PODS } from '../../operator/controllers/resources.ts';
import { resourcePath } from '../../operator/runtime/resource.ts';
import { eventually } from '../api/eventually.ts';
import { readEnvironment } from './environment.ts';
import { NO_LOSS, Stage } from './stage.ts';

const TIMEOUT_MS = 90_000;

/** Fails for a pod whose users include one called broken. */
const sound = {
  name: 'sound',
  intervalSeconds: 1,
  http: { path: '/api/users?limit=100', expect: { statuses: ['200'], bodyMatches: '^(?!.*broken)' } },
};

const stage = new Stage('checks');

beforeAll(async () => {
  await stage.open({ replicas: 3 });
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

/** Edits the spec, with another template when a mark is given. */
const edit = async (spec: object, mark?: string): Promise<void> => {
  const template = mark === undefined ? {} : { template: { metadata: { annotations: { mark } } } };
  await stage.objects.patch<BlueGreen>(BLUE_GREENS, 'users', { spec: { ...spec, ...template } });
};

const until = async (what: string, check: (status: BlueGreenStatus) => boolean): Promise<BlueGreenStatus> => {
  const found = await eventually(
    what,
    () => stage.objects.get<BlueGreen>(BLUE_GREENS, 'users'),
    ({ metadata, status }) =>
      status !== undefined && status.observedGeneration === metadata.generation && check(status),
    TIMEOUT_MS,
  );
  if (found.status === undefined) throw new TypeError('Expected a status');
  return found.status;
};

const podsOf = (revision: string): Promise<V1Pod[]> => stage.objects.list<V1Pod>(PODS, `${LABEL_REVISION}=${revision}`);

const uidsOf = (pods: V1Pod[]): string[] => pods.map(({ metadata }) => metadata?.uid ?? '').toSorted();

/** Makes one pod of a revision, and no other, a bad one; each pod keeps its users to itself. */
const spoilOne = async (revision: string): Promise<string> => {
  const name = (await podsOf(revision))[1]?.metadata?.name ?? '';
  const path = resourcePath(PODS, { namespace: stage.namespace, name: `${name}:8080`, subresource: 'proxy' });
  const user = { name: 'Broken', email: 'broken@example.com' };
  await stage.client.update(`${path}/api/users/broken`, user, { signal: stage.signal });
  return name;
};

/** A Job of the users image that runs a script. */
const job = (script: string): object => {
  const { repository, tag } = readEnvironment().images.users;
  const container = { name: 'smoke', image: `${repository}:${tag}`, command: ['node', '-e', script] };
  return { name: 'smoke', job: { template: { spec: { template: { spec: { containers: [container] } } } } } };
};

const noJobs = async (): Promise<void> => {
  await eventually(
    'no Job that is left',
    () => stage.objects.list<V1Job>(JOBS, LABEL_CHECK),
    ({ length }) => length === 0,
    TIMEOUT_MS,
  );
};

describe('checks on real pods under load', () => {
  test('case 7: one bad pod of three is found before the switch, and nothing goes live', async () => {
    const from = stage.now();
    const active = await stage.atRest();
    await edit({ checks: { before: [sound] }, promotion: { soakSeconds: 3600 } }, 'spoiled');
    const { target = '' } = await until('to soak', ({ step }) => step.name === 'Soaking');
    const bad = await spoilOne(target);
    await edit({ decision: { revision: target, action: 'Promote' } });
    const failed = await until('to fail', ({ history }) => history[0]?.outcome === 'Failed');
    expect(failed.history[0]).toMatchObject({ revision: target, reason: 'CheckFailed' });
    expect(failed.history[0]?.message).toContain(`pod ${bad} (`);
    expect(failed.history[0]?.message).toContain('answered 200 without');
    expect(failed.active).toBe(active);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 10: Retry makes fresh pods and fresh checks, and these go live', async () => {
    const from = stage.now();
    const { rejected = '', checks } = await until('to be rejected', (status) => status.rejected !== undefined);
    await edit({ promotion: { soakSeconds: 0 }, decision: { revision: rejected, action: 'Retry' } });
    const passed = await until('to serve it', ({ active, step }) => active === rejected && step.name === 'Stable');
    expect(passed.checks?.run).not.toBe(checks?.run);
    expect(passed.checks?.results).toMatchObject([
      { name: 'sound', phase: 'Passed', passed: 1, failed: 0, last: 'all 3 pods answered as expected' },
    ]);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('a Job is run against the preview, its last words are in status, and it is deleted afterwards', async () => {
    const from = stage.now();
    const script = `
      const answer = await fetch('http://users-preview/api/users');
      const { greeting } = await answer.json();
      console.log(process.env.RELEVO_REVISION, 'says', greeting);
      process.exit(answer.ok ? 0 : 1);`;
    await edit({ checks: { before: [job(script)] }, decision: null }, 'with-a-job');
    const { target = '', checks } = await until(
      'to serve what the Job has passed',
      ({ active, step, ...rest }) =>
        active === rest.target && step.name === 'Stable' && rest.checks?.results[0]?.kind === 'job',
    );
    expect(checks?.results).toMatchObject([{ kind: 'job', phase: 'Passed', passed: 1, failed: 0 }]);
    expect(checks?.results[0]?.last).toMatch(/^Job users-smoke-\w{10} has completed: /);
    expect(checks?.results[0]?.last).toContain(`${target} says Hello`);
    await noJobs();
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('a Job that fails keeps the release from going live, and its last words say why', async () => {
    const from = stage.now();
    const active = await stage.atRest();
    // By one stream: the runtime reads two side by side, so the order of their lines in a log is not sure.
    const script = "console.error('starting'); console.error('the login page is gone'); process.exit(3)";
    await edit({ checks: { before: [job(script)] } }, 'with-a-bad-job');
    const failed = await until('to fail', ({ history }) => history[0]?.outcome === 'Failed');
    expect(failed.history[0]?.message).toMatch(/has failed \(BackoffLimitExceeded\): .*the login page is gone$/);
    expect(failed.active).toBe(active);
    await noJobs();
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 8: a check that fails after the switch takes the release back to the pods that stayed', async () => {
    const from = stage.now();
    const before = await stage.atRest();
    const pods = uidsOf(await podsOf(before));
    await edit({ checks: { before: [], after: { windowSeconds: 3600, checks: [sound] } } }, 'spoiled-later');
    const verifying = await until(
      'to verify',
      ({ step, checks }) => step.name === 'Verifying' && (checks?.results[0]?.passed ?? 0) > 0,
    );
    const second = verifying.active ?? '';
    expect(second).not.toBe(before);
    const bad = await spoilOne(second);
    const back = await until('to be back', ({ active, step }) => active === before && step.name === 'Stable');
    const ended = back.history.find(({ revision }) => revision === second);
    expect(ended).toMatchObject({ outcome: 'Failed', reason: 'CheckFailed' });
    expect(ended?.message).toContain(`pod ${bad} (`);
    expect(back.rejected).toBe(second);
    expect(uidsOf(await podsOf(before))).toEqual(pods);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });
});
