import { expect, test } from '@jest/globals';
import type { V1Job } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_CHECK } from '../../operator/api/names.ts';
import { JOBS } from '../../operator/controllers/resources.ts';
import { eventually } from './eventually.ts';
import { sceneWithoutOperator, type Scene } from './scene.ts';

const template = (more: object = {}) => ({
  metadata: { labels: { team: 'shop' } },
  spec: { template: { spec: { containers: [{ name: 'smoke', image: 'ready:smoke', ...more }] } } },
});
const checks = { before: [{ name: 'smoke', job: { template: template() } }] };

const jobsOf = (it: Scene): Promise<V1Job[]> => it.objects.list<V1Job>(JOBS, LABEL_CHECK);

const oneJob = async (it: Scene): Promise<V1Job> => {
  const jobs = await eventually(
    'one Job',
    () => jobsOf(it),
    ({ length }) => length === 1,
  );
  const [job] = jobs;
  if (job === undefined) throw new TypeError('Expected a Job');
  return job;
};

/** What the Job controller, which does not run here, would say. */
const end = async (it: Scene, { metadata }: V1Job, type: 'Complete' | 'Failed'): Promise<void> => {
  const now = new Date().toISOString();
  const condition = (is: string, reason: string) => ({ type: is, status: 'True', reason, lastTransitionTime: now });
  const status =
    type === 'Complete'
      ? {
          startTime: now,
          completionTime: now,
          conditions: [
            condition('SuccessCriteriaMet', 'CompletionsReached'),
            condition('Complete', 'CompletionsReached'),
          ],
        }
      : {
          startTime: now,
          conditions: [condition('FailureTarget', 'BackoffLimitExceeded'), condition('Failed', 'BackoffLimitExceeded')],
        };
  await it.objects.patchStatus(JOBS, metadata?.name ?? '', { status });
};

const noJobs = (it: Scene): Promise<V1Job[]> =>
  eventually(
    'no Job that is left',
    () => jobsOf(it),
    ({ length }) => length === 0,
  );

test(
  'the Job of a check is made once, also across a restart, and is deleted when the release has ended',
  sceneWithoutOperator(async (it) => {
    const operator = await it.startOperator();
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', checks });
    const job = await oneJob(it);
    expect(job.metadata?.labels).toMatchObject({ team: 'shop', [LABEL_CHECK]: 'smoke', [LABEL_BLUEGREEN]: 'web' });
    expect(job.metadata?.ownerReferences).toMatchObject([{ kind: 'BlueGreen', name: 'web' }]);
    expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600 });
    expect(job.spec?.template.metadata?.labels ?? {}).not.toHaveProperty([LABEL_BLUEGREEN]);
    await it.stopOperator(operator);
    await it.startOperator();
    await it.until('to check', (bg) => bg.status.checks?.results[0]?.phase === 'Running');
    await end(it, job, 'Complete');
    const { status } = await it.serving('ready:v2');
    expect(status.checks?.results).toMatchObject([{ kind: 'job', phase: 'Passed', passed: 1, failed: 0 }]);
    expect(status.checks?.results[0]?.last).toBe(`Job ${job.metadata?.name} has completed and has written nothing`);
    expect(it.selections.of('web')).toEqual([first.status.active, status.active]);
    await it.apply({ image: 'ready:v2', checks, retireAfterSeconds: 0 });
    await noJobs(it);
  }),
);

test(
  'a Job that fails fails the release, and a Retry runs another one',
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', checks });
    const job = await oneJob(it);
    await end(it, job, 'Failed');
    const failed = await it.until('to fail', (bg) => bg.status.history[0]?.outcome === 'Failed');
    const { revision = '', message = '' } = failed.status.history[0] ?? {};
    expect(message).toContain(`Job ${job.metadata?.name} has failed (BackoffLimitExceeded)`);
    await noJobs(it);
    // Before that the Deployment would call pods ready that have gone, and the checks would begin a second time.
    await eventually(
      'green to be empty',
      () => it.deployment('green'),
      (deployment) => deployment?.spec?.replicas === 0 && (deployment.status?.replicas ?? 0) === 0,
    );
    await it.apply({ image: 'ready:v2', checks, decision: { revision, action: 'Retry' } });
    const other = await oneJob(it);
    expect(other.metadata?.name).not.toBe(job.metadata?.name);
    await end(it, other, 'Complete');
    await it.serving('ready:v2');
  }),
);

test(
  "a Job that the API server refuses fails the release with the server's words",
  sceneWithoutOperator(async (it) => {
    await it.startOperator();
    const first = await it.release({ image: 'ready:v1' });
    const wrong = {
      before: [{ name: 'smoke', job: { template: template({ image: '', imagePullPolicy: 'Sometimes' }) } }],
    };
    await it.apply({ image: 'ready:v2', checks: wrong });
    const failed = await it.until('to fail', (bg) => bg.status.history[0]?.outcome === 'Failed');
    expect(failed.status.history[0]?.message).toContain('the API server refuses the Job');
    expect(failed.status.history[0]?.message).toContain('imagePullPolicy');
    expect(it.selections.of('web')).toEqual([first.status.active]);
    expect(await jobsOf(it)).toEqual([]);
  }),
);
