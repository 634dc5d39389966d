import type { V1Job } from '@kubernetes/client-node';
import type { JobCheck } from '../api/checks.ts';
import type { Measured } from './answer.ts';
import { clippedTail, failed, inconclusive, passed } from './answer.ts';
import type { CheckClock } from './deadline.ts';
import { DeadlineError, pause, within } from './deadline.ts';
import { checkJob, isJobOf, jobName } from './job-manifest.ts';
import type { Subject } from './subject.ts';

/** How a check reaches Jobs. */
export interface Jobs {
  find(namespace: string, name: string, signal: AbortSignal): Promise<V1Job | undefined>;
  /** Resolves with the one of that name when it is there already. Throws JobRefusedError when it can never be made. */
  create(job: V1Job, signal: AbortSignal): Promise<V1Job>;
  /** The end of what the Job's newest pod wrote; empty when there is nothing to read. */
  log(namespace: string, name: string, signal: AbortSignal): Promise<string>;
}

/** The API server says that there is no such Job: the template is wrong. */
export class JobRefusedError extends Error {
  readonly code = 'JOB_REFUSED';

  constructor(explanation: string, options?: ErrorOptions) {
    super(`the API server refuses the Job: ${explanation}`, options);
    this.name = 'JobRefusedError';
  }
}

/** What a Job check works with. */
export interface JobTools {
  jobs: Jobs;
  clock: CheckClock;
}

/** The Job's own deadline is told by its controller, a little later. */
const GRACE_MS = 30_000;
/** A Job that has run for long is looked at less often. */
const MIN_POLL_MS = 1000;
const MAX_POLL_MS = 10_000;
const POLLS_AN_AGE = 10;
const MAX_TAIL_LENGTH = 180;

/** Runs the Job of one measurement, or goes on with the one that is there, and waits for its end. */
export const measureJob = async (
  { check, template, seconds }: { check: string; template: JobCheck['template']; seconds: number },
  subject: Subject,
  { jobs, clock }: JobTools,
  signal: AbortSignal,
): Promise<Measured> => {
  const { namespace } = subject;
  const name = jobName(check, subject);
  try {
    const job =
      (await jobs.find(namespace, name, signal)) ??
      (await jobs.create(checkJob({ check, template, seconds }, subject), signal));
    if (!isJobOf(job, subject)) return failed(`Job ${name} is there and is not Relevo's: delete it`);
    const ended = await within(clock, seconds * 1000 + GRACE_MS, signal, (limited) =>
      untilEnded(job, { jobs, clock }, limited),
    );
    if (ended === undefined) return inconclusive(`Job ${name} was deleted before it had ended`);
    const tail = clippedTail(await jobs.log(namespace, name, signal), MAX_TAIL_LENGTH);
    return told(verdictOf(ended) ?? failed(`Job ${name} has not ended`), name, tail);
  } catch (error) {
    if (error instanceof JobRefusedError) return failed(error.message);
    if (error instanceof DeadlineError) {
      return failed(`Job ${name} has not ended within ${seconds} s: ${lookAt(name)}`);
    }
    throw error;
  }
};

/** The Job when it has ended; undefined when it is gone. */
const untilEnded = async (job: V1Job, { jobs, clock }: JobTools, signal: AbortSignal): Promise<V1Job | undefined> => {
  const { namespace = '', name = '' } = job.metadata ?? {};
  const startedAt = clock.now();
  let seen: V1Job | undefined = job;
  while (seen !== undefined && verdictOf(seen) === undefined) {
    const ageMs = clock.now() - startedAt;
    await pause(clock, Math.min(Math.max(ageMs / POLLS_AN_AGE, MIN_POLL_MS), MAX_POLL_MS), signal);
    seen = await jobs.find(namespace, name, signal);
  }
  return seen;
};

/** What the Job's conditions say; undefined while it runs. */
export const verdictOf = ({ metadata, status }: V1Job): Measured | undefined => {
  const has = (type: string) => status?.conditions?.find((one) => one.type === type && one.status === 'True');
  if (has('Complete') !== undefined) return passed(`Job ${metadata?.name} has completed`);
  const failure = has('Failed');
  if (failure === undefined) return undefined;
  const reason = failure.reason === undefined ? '' : ` (${failure.reason})`;
  return failed(`Job ${metadata?.name} has failed${reason}`);
};

const told = ({ verdict, message }: Measured, name: string, tail: string): Measured => {
  if (tail !== '') return { verdict, message: `${message.slice(0, 110)}: ${tail}` };
  const silent = `${message} and has written nothing`;
  return { verdict, message: verdict === 'fail' ? `${silent}: ${lookAt(name)}` : silent };
};

/** The Job itself goes with its release, its events stay for an hour. */
const lookAt = (name: string): string => `see kubectl get events --field-selector involvedObject.name=${name}`;
