import type { PrometheusCheck } from '../api/checks.ts';
import type { Measured } from './answer.ts';
import { failed, inconclusive } from './answer.ts';
import { ConditionError, parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import { DeadlineError } from './deadline.ts';
import { ExchangeError } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { judgePrometheus } from './prometheus-answer.ts';
import type { Subject } from './subject.ts';
import { filledIn } from './subject.ts';

/** Some 1000 series; a condition about more of them should be an aggregation. */
const MAX_BODY_BYTES = 256 * 1024;

/** Asks Prometheus once. `signal` ends it: by a DeadlineError when time is up. */
export const measurePrometheus = async (
  check: PrometheusCheck,
  subject: Subject,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Measured> => {
  const condition = conditionOf(check);
  if (condition instanceof ConditionError) return failed(condition.message);
  try {
    const request = {
      url: queryUrl(check, subject),
      method: 'GET',
      headers: [],
      verify: true,
      maxBytes: MAX_BODY_BYTES,
    };
    return judgePrometheus(condition, await exchange(request, signal));
  } catch (error) {
    if (error instanceof DeadlineError) return inconclusive('Prometheus gave no answer in time');
    if (error instanceof ExchangeError) return inconclusive(`Prometheus gave no answer: ${error.message}`);
    throw error;
  }
};

const queryUrl = ({ address, query }: PrometheusCheck, subject: Subject): URL => {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/query`;
  url.search = new URLSearchParams({ query: filledIn(query, subject) }).toString();
  return url;
};

const conditionOf = ({ condition }: PrometheusCheck): Condition | ConditionError => {
  try {
    return parseCondition(condition);
  } catch (error) {
    if (error instanceof ConditionError) return error;
    throw error;
  }
};
