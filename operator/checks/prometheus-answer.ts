import type { Measured } from './answer.ts';
import { clipped, failed, inconclusive, passed } from './answer.ts';
import { conditionText, holds } from './condition.ts';
import type { Condition } from './condition.ts';
import type { ExchangeAnswer } from './exchange.ts';

/** One series of an answer: its labels, for people, and its value. */
interface Series {
  labels: string;
  value: number;
}

/** What an answer is not: the reason, for people. */
class UnusableAnswer {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const BUSY = new Set([408, 429]);
const MAX_LABELS_LENGTH = 120;

/**
 * What an answer of Prometheus' /api/v1/query says about a condition. Whatever may be different the next time by itself
 * (no data, a server that is busy or broken) is inconclusive; a query that Prometheus refuses fails.
 */
export const judgePrometheus = (condition: Condition, { status, body, cut }: ExchangeAnswer): Measured => {
  if (status >= 500 || BUSY.has(status)) return inconclusive(`Prometheus answered ${status}${errorOf(body)}`);
  if (status >= 400) return failed(`Prometheus refuses the query (${status})${errorOf(body)}`);
  if (status >= 300) return failed(`Prometheus answered ${status}, a redirect: write the address that it leads to`);
  if (cut) return failed('the answer of Prometheus is above 256 KiB: let the query aggregate more');
  const answer = parse(body);
  if (answer === undefined) return failed(`no Prometheus at this address: it answered ${status} and not in JSON`);
  const series = seriesOf(answer);
  return series instanceof UnusableAnswer ? failed(series.reason) : judge(condition, series);
};

const judge = (condition: Condition, series: Series[]): Measured => {
  if (series.length === 0) return inconclusive('Prometheus has no data for the query');
  const expected = conditionText(condition);
  const offending = series.find(({ value }) => !Number.isNaN(value) && !holds(condition, value));
  if (offending !== undefined) return failed(`the value${offending.labels} is ${offending.value}, not ${expected}`);
  const unknown = series.find(({ value }) => Number.isNaN(value));
  if (unknown !== undefined) return inconclusive(`the value${unknown.labels} is not a number (NaN)`);
  const [only] = series;
  if (series.length === 1 && only !== undefined) return passed(`the value is ${only.value}, so it is ${expected}`);
  return passed(`the values of all ${series.length} series are ${expected}`);
};

const seriesOf = (answer: Fields): Series[] | UnusableAnswer => {
  const { resultType, result } = fields(answer['data']) ?? {};
  if (answer['status'] !== 'success' || !Array.isArray(result)) {
    return new UnusableAnswer('no Prometheus at this address: its answer is not one to a query');
  }
  const list: unknown[] = result;
  if (resultType === 'scalar') return readAll([{ value: list }]);
  if (resultType === 'vector') return readAll(list);
  return new UnusableAnswer(
    `the query gives a ${String(resultType)}, not numbers of one moment: wrap it, for example in rate(…) or avg_over_time(…)`,
  );
};

const readAll = (list: unknown[]): Series[] | UnusableAnswer => {
  const all: Series[] = [];
  for (const item of list) {
    const one = readOne(item);
    if (one instanceof UnusableAnswer) return one;
    all.push(one);
  }
  return all;
};

const readOne = (item: unknown): Series | UnusableAnswer => {
  const { metric, value } = fields(item) ?? {};
  const text: unknown = Array.isArray(value) ? value[1] : undefined;
  if (typeof text !== 'string') {
    return new UnusableAnswer('the query gives histograms, not numbers: wrap it, for example in histogram_quantile(…)');
  }
  return { labels: labelsOf(fields(metric) ?? {}), value: readNumber(text) };
};

/** Numbers as Prometheus writes them: also `NaN`, `+Inf` and `-Inf`. */
const readNumber = (text: string): number => {
  const infinite = /^([-+]?)Inf$/.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return text === '' ? Number.NaN : Number(text);
};

const labelsOf = (metric: Fields): string => {
  const labels = Object.entries(metric).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return labels.length === 0 ? '' : ` of {${clipped(labels.join(', '), MAX_LABELS_LENGTH)}}`;
};

/** Only Prometheus' own words: the body of any other server stays out of status. */
const errorOf = (body: string): string => {
  const error = parse(body)?.['error'];
  return typeof error === 'string' ? `: ${error}` : '';
};

type Fields = Readonly<Record<string, unknown>>;

const parse = (body: string): Fields | undefined => {
  try {
    return fields(JSON.parse(body));
  } catch {
    return undefined;
  }
};

const fields = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
