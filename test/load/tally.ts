import type { Result } from './client.ts';
import { Histogram } from './histogram.ts';
import type { FailureReport, KindReport, RevisionReport } from './report.ts';

const MAX_FAILURES = 20;

/** Counts what one kind of client sees in a span of time. */
export class Tally {
  #sent = 0;
  #ok = 0;
  #failed = 0;
  #retried = 0;
  readonly #reasons = new Map<string, number>();
  readonly #failures: FailureReport[] = [];
  readonly #revisions = new Map<string, RevisionReport>();
  readonly #latency = new Histogram();

  send(): void {
    this.#sent++;
  }

  /** Takes the result of a request that was due at `scheduledMs` and ended at `endedMs`. */
  end(result: Result, scheduledMs: number, endedMs: number): void {
    const latencyMs = endedMs - scheduledMs;
    this.#latency.record(latencyMs);
    if (result.retried) this.#retried++;
    if (result.kind === 'answer') this.#answer(result.revision, endedMs);
    const reason = reasonOf(result);
    if (reason === undefined) this.#ok++;
    else this.#fail(reason, result, scheduledMs, endedMs);
  }

  report(): KindReport {
    return {
      sent: this.#sent,
      ok: this.#ok,
      failed: this.#failed,
      reasons: Object.fromEntries(this.#reasons),
      failures: [...this.#failures],
      retried: this.#retried,
      revisions: Object.fromEntries([...this.#revisions].map(([name, tally]) => [name, { ...tally }])),
      latency: this.#latency.digest(),
    };
  }

  #answer(revision: string, atMs: number): void {
    const tally = this.#revisions.get(revision) ?? { answers: 0, firstAnswerMs: atMs, lastAnswerMs: atMs };
    this.#revisions.set(revision, tally);
    tally.answers++;
    tally.lastAnswerMs = atMs;
  }

  #fail(reason: string, result: Result, scheduledMs: number, endedMs: number): void {
    this.#failed++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    if (this.#failures.length >= MAX_FAILURES) return;
    const revision = result.kind === 'answer' ? { revision: result.revision } : {};
    this.#failures.push({ scheduledMs, endedMs, reason, ...revision });
  }
}

/** Why a request counts as failed; `undefined` if it does not. */
const reasonOf = (result: Result): string | undefined => {
  if (result.kind === 'failed') return result.reason;
  return result.status >= 200 && result.status < 300 ? undefined : `status ${result.status}`;
};
