import type { V1Pod } from '@kubernetes/client-node';
import type { Check } from '../api/checks.ts';
import { measurementSeconds } from '../api/checks.ts';
import type { Measured } from './answer.ts';
import { failed, inconclusive } from './answer.ts';
import type { CheckClock } from './deadline.ts';
import { DeadlineError, within } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import { measureHttp } from './http.ts';
import type { Jobs } from './job.ts';
import { measureJob } from './job.ts';
import { measurePrometheus } from './prometheus.ts';
import type { Subject } from './subject.ts';

/** How checks reach the world. */
export interface CheckTools {
  exchange: Exchange;
  jobs: Jobs;
  /** All pods of the subject's slot that run its revision. */
  pods(subject: Subject, signal: AbortSignal): Promise<readonly V1Pod[]>;
  clock: CheckClock;
}

/**
 * Makes one measurement of a check. It rejects only with the reason of `signal`: whatever goes wrong on Relevo's side
 * says nothing about the release, so it is inconclusive.
 */
export const measure = async (
  check: Check,
  subject: Subject,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<Measured> => {
  try {
    return await kindOfMeasurement(check, subject, tools, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DeadlineError) return inconclusive('the API server gave no answer in time');
    return inconclusive(error instanceof Error ? error.message : String(error));
  }
};

const kindOfMeasurement = async (
  check: Check,
  subject: Subject,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<Measured> => {
  const { http, job, prometheus, name } = check;
  const { exchange, clock } = tools;
  const seconds = measurementSeconds(check);
  if (job !== undefined) return measureJob({ check: name, template: job.template, seconds }, subject, tools, signal);
  return within(clock, seconds * 1000, signal, async (limited) => {
    if (http !== undefined) {
      const pods = await tools.pods(subject, limited);
      return measureHttp(http, { stage: subject.stage, pods }, exchange, limited);
    }
    if (prometheus !== undefined) return measurePrometheus(prometheus, subject, exchange, limited);
    return failed('it says neither http nor job nor prometheus');
  });
};
