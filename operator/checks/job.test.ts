import { expect, test } from '@jest/globals';
import type { V1Job, V1JobStatus } from '@kubernetes/client-node';
import { MAX_ANSWER_LENGTH } from '../api/checks.ts';
import { StillClock, subject } from './checks.fixture.ts';
import { jobName } from './job-manifest.ts';
import { JobRefusedError, measureJob } from './job.ts';
import type { Plain } from './checks.fixture.ts';
import type { Jobs } from './job.ts';

const never = new AbortController().signal;
const content = {
  check: 'smoke',
  template: { spec: { template: { spec: { containers: [{ name: 'smoke', image: 'smoke:1' }] } } } },
  seconds: 60,
};
const NAME = jobName('smoke', subject);

const ended = (type: 'Complete' | 'Failed', reason?: string): V1JobStatus => ({
  conditions: [{ type, status: 'True', ...(reason === undefined ? {} : { reason }) }],
});

/** Jobs of one namespace; each find advances the clock to the next poll, so that nothing waits. */
class FakeJobs implements Jobs {
  readonly jobs = new Map<string, Plain<V1Job>>();
  readonly clock = new StillClock();
  created = 0;
  tail = '';
  /** What happens before the n-th find, from 1 on. */
  onFind: (count: number) => void = () => undefined;
  #finds = 0;

  find(_namespace: string, name: string): Promise<V1Job | undefined> {
    this.#finds += 1;
    this.onFind(this.#finds);
    this.#tick();
    return Promise.resolve(this.jobs.get(name));
  }

  create(job: V1Job): Promise<V1Job> {
    this.created += 1;
    this.jobs.set(job.metadata?.name ?? '', job);
    this.#tick();
    return Promise.resolve(job);
  }

  log(): Promise<string> {
    return Promise.resolve(this.tail);
  }

  end(status: V1JobStatus): void {
    const job = this.jobs.get(NAME);
    if (job === undefined) throw new TypeError(`Expected Job ${NAME}`);
    this.jobs.set(NAME, { ...job, status });
  }

  /** Once the caller waits for its next look. */
  #tick(): void {
    setImmediate(() => this.clock.advance(10_000));
  }
}

test('makes the Job, waits for its end and says the end of its log', async () => {
  const jobs = new FakeJobs();
  jobs.tail = 'starting\nall 12 paths answer\n';
  jobs.onFind = (count) => count === 4 && jobs.end(ended('Complete'));
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toEqual({
    verdict: 'pass',
    message: `Job ${NAME} has completed: starting all 12 paths answer`,
  });
  expect(jobs.created).toBe(1);
});

test('a Job that fails says why, with the end of its log in bounds', async () => {
  const jobs = new FakeJobs();
  jobs.tail = `${'x'.repeat(5000)} path /login answers 500`;
  jobs.onFind = (count) => count === 2 && jobs.end(ended('Failed', 'BackoffLimitExceeded'));
  const { verdict, message } = await measureJob(content, subject, { jobs, clock: jobs.clock }, never);
  expect(verdict).toBe('fail');
  expect(message).toMatch(/has failed \(BackoffLimitExceeded\): …x+ path \/login answers 500$/);
  expect(message.length).toBeLessThanOrEqual(MAX_ANSWER_LENGTH);
});

test('a Job that fails without a word, as when its pod could not be made, says where to look', async () => {
  const jobs = new FakeJobs();
  jobs.onFind = (count) => count === 2 && jobs.end(ended('Failed', 'DeadlineExceeded'));
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toEqual({
    verdict: 'fail',
    message: `Job ${NAME} has failed (DeadlineExceeded) and has written nothing: see kubectl get events --field-selector involvedObject.name=${NAME}`,
  });
});

test('goes on with the Job of an earlier process, and makes none twice', async () => {
  const jobs = new FakeJobs();
  const off = new AbortController();
  jobs.onFind = (count) => count === 3 && off.abort(new Error('the operator stops'));
  const first = measureJob(content, subject, { jobs, clock: jobs.clock }, off.signal);
  await expect(first).rejects.toThrow('the operator stops');
  jobs.end(ended('Complete'));
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toMatchObject({ verdict: 'pass' });
  expect(jobs.created).toBe(1);
});

test('a Job that does not end fails, also when its own deadline is not told', async () => {
  const jobs = new FakeJobs();
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toEqual({
    verdict: 'fail',
    message: `Job ${NAME} has not ended within 60 s: see kubectl get events --field-selector involvedObject.name=${NAME}`,
  });
});

test('a Job that somebody deletes says nothing about the release', async () => {
  const jobs = new FakeJobs();
  jobs.onFind = (count) => count === 2 && jobs.jobs.clear();
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toMatchObject({
    verdict: 'inconclusive',
    message: `Job ${NAME} was deleted before it had ended`,
  });
});

test("somebody else's Job of that name is not taken for it", async () => {
  const jobs = new FakeJobs();
  jobs.jobs.set(NAME, { metadata: { name: NAME }, status: ended('Complete') });
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toMatchObject({
    verdict: 'fail',
    message: `Job ${NAME} is there and is not Relevo's: delete it`,
  });
});

test('a template that the API server refuses fails', async () => {
  const jobs = new FakeJobs();
  jobs.create = () => Promise.reject(new JobRefusedError('spec.template.spec.containers: Required value'));
  expect(await measureJob(content, subject, { jobs, clock: jobs.clock }, never)).toMatchObject({
    verdict: 'fail',
    message: 'the API server refuses the Job: spec.template.spec.containers: Required value',
  });
});
