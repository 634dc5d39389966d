import type { V1Pod } from '@kubernetes/client-node';
import type { CheckStage, HttpCheck } from '../api/checks.ts';
import type { Measured } from './answer.ts';
import { clipped, failed, inconclusive, passed, withoutValues } from './answer.ts';
import { BodyMatchError, bodyMatches } from './body-match.ts';
import { DeadlineError } from './deadline.ts';
import { ExchangeError } from './exchange.ts';
import type { Exchange, ExchangeAnswer } from './exchange.ts';
import type { PodTarget, PodTargets } from './pod-target.ts';
import { targetsOf } from './pod-target.ts';

/** Pods that are asked at the same time. */
const BATCH = 16;

/** Of the body, when an expression is looked for in it. The schema says so too. */
const MAX_BODY_BYTES = 64 * 1024;
/** Of the body otherwise: enough to say what came. */
const MAX_EXCERPT_BYTES = 1024;
const MAX_EXCERPT_LENGTH = 120;

/** Whom an HTTP check asks. */
export interface HttpSubject {
  stage: CheckStage;
  /** All pods of the slot that run the revision. */
  pods: readonly V1Pod[];
}

/** Asks every ready pod once. `signal` ends it: by a DeadlineError when time is up. */
export const measureHttp = async (
  check: HttpCheck,
  { pods, stage }: HttpSubject,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Measured> => {
  const found = targetsOf(pods, check.port);
  const obstacle = obstacleOf(found, check, stage);
  if (obstacle !== undefined) return obstacle;
  const { targets } = found;
  const complaints: string[] = [];
  for (let start = 0; start < targets.length; start += BATCH) {
    const batch = targets.slice(start, start + BATCH);
    const answers = await Promise.all(batch.map((target) => ask(check, target, exchange, signal)));
    complaints.push(...answers.filter((complaint) => complaint !== undefined));
  }
  const [first] = complaints;
  if (first === undefined)
    return passed(`${targets.length === 1 ? '1 pod' : `all ${targets.length} pods`} answered as expected`);
  const others = complaints.length === 1 ? '' : ` (${complaints.length} of ${counted(targets.length)} failed)`;
  return failed(`${clipped(first, 300 - others.length)}${others}`);
};

/** Why the pods cannot be asked, or not all of them. */
const obstacleOf = (found: PodTargets, { port }: HttpCheck, stage: CheckStage): Measured | undefined => {
  const { targets, unready, without } = found;
  const [portless] = without;
  if (portless !== undefined) {
    const wanted = port === undefined ? 'no container port' : `no container port named ${port}`;
    return failed(`pod ${portless} has ${wanted}: write a port in the template, or its number in http.port`);
  }
  // After the switch a pod that is not ready gets no traffic; before it, one that hid so would get some later.
  if (stage === 'Before' && unready.length > 0) return inconclusive(`pod ${unready[0]} is not ready`);
  if (targets.length === 0) return inconclusive('no pod is ready');
  return undefined;
};

/** What is wrong with a pod's answer, or undefined. */
const ask = async (
  check: HttpCheck,
  { name, address, port }: PodTarget,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const { path, scheme, method, headers, body, expect } = check;
  const host = address.includes(':') ? `[${address}]` : address;
  const who = `pod ${name} (${host}:${port})`;
  const url = new URL(`${scheme.toLowerCase()}://${host}:${port}${path}`);
  const maxBytes = expect.bodyMatches === undefined ? MAX_EXCERPT_BYTES : MAX_BODY_BYTES;
  try {
    // A pod's certificate is made for a name that clients use, never for its address; probes do not verify it either.
    const answer = await exchange({ url, method, headers, body, verify: false, maxBytes }, signal);
    const complaint = complaintAbout(answer, expect);
    return complaint === undefined ? undefined : `${who} ${withoutValues(complaint, headers)}`;
  } catch (error) {
    if (error instanceof DeadlineError) return `${who} gave no answer in time`;
    if (error instanceof ExchangeError) return `${who} gave no answer: ${withoutValues(error.message, headers)}`;
    if (error instanceof BodyMatchError) return error.message;
    throw error;
  }
};

const complaintAbout = (answer: ExchangeAnswer, { statuses, bodyMatches: pattern }: HttpCheck['expect']) => {
  if (!statuses.some((expected) => isStatus(answer.status, expected))) {
    return `answered ${answer.status}, not ${statuses.join(' or ')}${excerpt(answer.body)}`;
  }
  if (pattern === undefined || bodyMatches(pattern, answer.body)) return undefined;
  const beginning = answer.cut ? ' in its first 64 KiB' : '';
  return `answered ${answer.status} without ${JSON.stringify(clipped(pattern, 60))}${beginning}${excerpt(answer.body)}`;
};

const isStatus = (status: number, expected: string): boolean =>
  expected.endsWith('xx') ? String(status).startsWith(expected.slice(0, 1)) : String(status) === expected;

const excerpt = (body: string): string => {
  const line = clipped(body, MAX_EXCERPT_LENGTH);
  return line === '' ? '' : `: ${line}`;
};

const counted = (pods: number): string => (pods === 1 ? '1 pod' : `${pods} pods`);
