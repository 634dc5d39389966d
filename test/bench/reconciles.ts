/** A histogram of Prometheus: for each upper bound in seconds the number of values up to it. */
export type Buckets = ReadonlyMap<number, number>;

/** What the operator's own metrics say so far. */
export interface OperatorCounts {
  /** Reconciles by their time. */
  reconciles: Buckets;
  /** Requests to the API server. */
  requests: number;
}

export const NO_COUNTS: OperatorCounts = { reconciles: new Map(), requests: 0 };

const HISTOGRAM = 'controller_runtime_reconcile_time_seconds_bucket{';
const REQUESTS = 'rest_client_requests_total{';

const valueOf = (line: string): number => Number(line.slice(line.lastIndexOf(' ') + 1));

/** Reads the text of /metrics; the histograms of all controllers count as one. */
export const parseCounts = (metrics: string): OperatorCounts => {
  const reconciles = new Map<number, number>();
  let requests = 0;
  for (const line of metrics.split('\n')) {
    if (line.startsWith(REQUESTS)) requests += valueOf(line);
    if (!line.startsWith(HISTOGRAM)) continue;
    const text = /le="([^"]+)"/.exec(line)?.[1];
    if (text === undefined) continue;
    const bound = text === '+Inf' ? Infinity : Number(text);
    reconciles.set(bound, (reconciles.get(bound) ?? 0) + valueOf(line));
  }
  return { reconciles, requests };
};

/** What was counted between two readings. */
export const countsBetween = (before: OperatorCounts, after: OperatorCounts): OperatorCounts => ({
  reconciles: new Map(
    [...after.reconciles].map(([bound, count]) => [bound, count - (before.reconciles.get(bound) ?? 0)]),
  ),
  requests: after.requests - before.requests,
});

/** How many values there are. */
export const countOf = (buckets: Buckets): number => buckets.get(Infinity) ?? 0;

/**
 * The value in seconds that a share `q` of the values does not exceed, evenly spread within its bucket as PromQL's
 * histogram_quantile takes it; undefined without values.
 */
export const quantileOf = (buckets: Buckets, q: number): number | undefined => {
  const rank = q * countOf(buckets);
  if (rank === 0) return undefined;
  let [low, below] = [0, 0];
  for (const [bound, count] of [...buckets].toSorted(([one], [other]) => one - other)) {
    if (count >= rank) return bound === Infinity ? low : low + ((bound - low) * (rank - below)) / (count - below);
    [low, below] = [bound, count];
  }
  return low;
};
