import { type Kind, KINDS } from './client.ts';
import { Histogram } from './histogram.ts';
import type { FailureReport, ReportLine } from './report.ts';

/** A line that tells what became of requests. */
export type CountLine = Extract<ReportLine, { type: 'window' | 'end' }>;

/** A span of time: after `fromMs`, up to and with `toMs`. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** What one kind of client saw in a span. */
export interface Totals {
  /** How long the windows were from which this was summed up. */
  spanMs: number;
  sent: number;
  ok: number;
  failed: number;
  retried: number;
  reasons: Map<string, number>;
  failures: FailureReport[];
  latency: Histogram;
}

/** How one kind of client went over from one release to another. */
export interface HandOver {
  firstNewMs: number;
  /** Absent when the old release did not answer any more. */
  lastOldMs: number | undefined;
  /** From the first answer of the new release to the last one of the old; below 0 when there was a gap between them. */
  overlapMs: number;
}

/** Requests that have ended. */
export interface Counts {
  ended: number;
  failed: number;
}

/** The index of the first window that ends after a time. */
const firstAfter = (windows: readonly CountLine[], timeMs: number): number => {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((windows[middle]?.toMs ?? Infinity) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Everything that a load generator has told, ready to be asked. */
export class Traffic {
  readonly #windows: CountLine[] = [];
  readonly #counts: Record<Kind, Counts> = { keepAlive: { ended: 0, failed: 0 }, fresh: { ended: 0, failed: 0 } };
  #lastSeq = -1;
  #end: CountLine | undefined;

  /** Takes the next line; lines that were taken before are ignored. Throws if a line is missing. */
  add(line: ReportLine): boolean {
    if (line.seq <= this.#lastSeq) return false;
    if (line.seq !== this.#lastSeq + 1) {
      throw new Error(`Expected line ${this.#lastSeq + 1} of the load generator's report, found ${line.seq}`);
    }
    this.#lastSeq = line.seq;
    if (line.type === 'window') this.#take(line);
    if (line.type === 'end') this.#end = line;
    return true;
  }

  /** The summary, once the generator has ended. */
  get end(): CountLine | undefined {
    return this.#end;
  }

  /** How far the report goes; 0 before the first window. */
  get latestMs(): number {
    return this.#windows.at(-1)?.toMs ?? 0;
  }

  /** What has ended so far; unlike `totals` it costs nothing to ask. */
  counts(kind: Kind): Counts {
    return this.#counts[kind];
  }

  totals(kind: Kind, span: Span): Totals {
    const totals: Totals = {
      spanMs: 0,
      sent: 0,
      ok: 0,
      failed: 0,
      retried: 0,
      reasons: new Map(),
      failures: [],
      latency: new Histogram(),
    };
    for (const { kinds, fromMs, toMs } of this.#within(span)) {
      const report = kinds[kind];
      totals.spanMs += toMs - fromMs;
      totals.sent += report.sent;
      totals.ok += report.ok;
      totals.failed += report.failed;
      totals.retried += report.retried;
      totals.failures.push(...report.failures);
      totals.latency.merge(report.latency);
      for (const [reason, count] of Object.entries(report.reasons)) {
        totals.reasons.set(reason, (totals.reasons.get(reason) ?? 0) + count);
      }
    }
    return totals;
  }

  /** Answers by revision. */
  answers(kind: Kind, span: Span): Map<string, number> {
    const answers = new Map<string, number>();
    for (const { kinds } of this.#within(span)) {
      for (const [revision, report] of Object.entries(kinds[kind].revisions)) {
        answers.set(revision, (answers.get(revision) ?? 0) + report.answers);
      }
    }
    return answers;
  }

  /** How the clients went over from one release to the other; `undefined` when the new one did not answer. */
  handOver(kind: Kind, from: string, to: string, span: Span): HandOver | undefined {
    let firstNewMs = Infinity;
    let lastOldMs = -Infinity;
    for (const { kinds } of this.#within(span)) {
      firstNewMs = Math.min(firstNewMs, kinds[kind].revisions[to]?.firstAnswerMs ?? Infinity);
      lastOldMs = Math.max(lastOldMs, kinds[kind].revisions[from]?.lastAnswerMs ?? -Infinity);
    }
    if (firstNewMs === Infinity) return undefined;
    return {
      firstNewMs,
      lastOldMs: lastOldMs === -Infinity ? undefined : lastOldMs,
      overlapMs: lastOldMs - firstNewMs,
    };
  }

  /** Whether every answer of the newest windows, for every kind that got any, came from that revision. */
  isSettledOn(revision: string, windows: number, sinceMs: number): boolean {
    const newest = this.#windows.slice(-windows);
    if (newest.length < windows || newest.some((line) => line.fromMs < sinceMs)) return false;
    const seen = newest.flatMap(({ kinds }) => Object.values(kinds).flatMap((kind) => Object.keys(kind.revisions)));
    return seen.length > 0 && seen.every((name) => name === revision);
  }

  #take(line: CountLine): void {
    this.#windows.push(line);
    for (const kind of KINDS) {
      const { ok, failed } = line.kinds[kind];
      this.#counts[kind].ended += ok + failed;
      this.#counts[kind].failed += failed;
    }
  }

  #within({ fromMs, toMs }: Span): CountLine[] {
    return this.#windows.slice(firstAfter(this.#windows, fromMs), firstAfter(this.#windows, toMs));
  }
}
