import type { Kind } from './client.ts';
import type { HistogramDigest } from './histogram.ts';

/** Answers of one revision to one kind of client. Times are milliseconds since the epoch. */
export interface RevisionReport {
  answers: number;
  firstAnswerMs: number;
  lastAnswerMs: number;
}

/** One failed request, for whoever has to find out why. */
export interface FailureReport {
  scheduledMs: number;
  endedMs: number;
  reason: string;
  revision?: string;
}

/** What one kind of client saw. Every request sent ends as `ok` or in `failed`. */
export interface KindReport {
  sent: number;
  ok: number;
  failed: number;
  /** Failed requests by reason. */
  reasons: Record<string, number>;
  /** The first failed ones. */
  failures: FailureReport[];
  /** Requests that crossed the closing of their connection and were sent once more; their result is in the counts above. */
  retried: number;
  /** Answers by revision, of every status. */
  revisions: Record<string, RevisionReport>;
  /** Of all requests, from the scheduled time to the answer or the failure. */
  latency: HistogramDigest;
}

/** A line of the load generator's output: `window` tells what ended since the line before; `end` sums everything up. */
export type ReportLine =
  | { type: 'start'; seq: number; atMs: number; url: string; rates: Record<Kind, number> }
  | { type: 'window' | 'end'; seq: number; fromMs: number; toMs: number; kinds: Record<Kind, KindReport> };
