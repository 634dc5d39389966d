/** Buckets for each doubling of the value: a quantile is at most 1/64 (1.6 %) too high. */
const BUCKETS_PER_OCTAVE = 64;

/** A histogram as it travels in a line of the report: `[bucket, count]` pairs and the exact maximum. */
export interface HistogramDigest {
  buckets: [bucket: number, count: number][];
  maxMs: number;
}

/** Exact below 64 µs, then 64 buckets for each doubling (the idea of HdrHistogram, without its fixed range). */
export const bucketOf = (microseconds: number): number => {
  const value = Math.max(0, Math.round(microseconds));
  if (value < BUCKETS_PER_OCTAVE) return value;
  const octave = Math.floor(Math.log2(value / BUCKETS_PER_OCTAVE));
  return BUCKETS_PER_OCTAVE * octave + Math.floor(value / 2 ** octave);
};

/** The highest value, in microseconds, that falls into a bucket. */
export const upperBound = (bucket: number): number => {
  if (bucket < 2 * BUCKETS_PER_OCTAVE) return bucket;
  const octave = Math.floor(bucket / BUCKETS_PER_OCTAVE) - 1;
  return (bucket - BUCKETS_PER_OCTAVE * octave + 1) * 2 ** octave - 1;
};

/**
 * Latencies in little memory, mergeable, so that windows of a long run can be summed up later by who reads them.
 * Own code because the known packages keep some 100 KiB for each histogram, and here one is made four times a second.
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  /** The highest recorded value, exactly; 0 when there is none. */
  get maxMs(): number {
    return this.#maxMs;
  }

  record(milliseconds: number): void {
    this.#add(bucketOf(milliseconds * 1000), 1);
    this.#maxMs = Math.max(this.#maxMs, milliseconds);
  }

  merge(digest: HistogramDigest): this {
    for (const [bucket, count] of digest.buckets) this.#add(bucket, count);
    this.#maxMs = Math.max(this.#maxMs, digest.maxMs);
    return this;
  }

  /** The value in milliseconds that a share `q` (0 to 1) of the records does not exceed; `undefined` without records. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (const [bucket, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return Math.min(upperBound(bucket) / 1000, this.#maxMs);
    }
    return this.#maxMs;
  }

  digest(): HistogramDigest {
    return { buckets: this.#sorted(), maxMs: this.#maxMs };
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += count;
  }

  #sorted(): [number, number][] {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }
}
