import { type Kind, KINDS } from '../load/client.ts';
import { Histogram } from '../load/histogram.ts';
import type { Span, Traffic } from '../load/traffic.ts';
import type { TurnKind, TurnRecord } from './turn.ts';

/** What one kind of client has seen in all laps. */
export interface ClientFigures {
  sent: number;
  ok: number;
  failed: number;
  retried: number;
  /** Neither answered nor failed; only a generator that was cut off leaves such. */
  lost: number;
  reasons: Record<string, number>;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** What the turns of one kind have come to. */
export interface TurnFigures {
  turns: number;
  switches: number;
  problems: number;
  kills: number;
  /** The median from the edit to the switch, where traffic moved. */
  toSwitchMs: number | undefined;
  /** The median from the edit to rest. */
  toRestMs: number | undefined;
  maxOverlapMs: number | undefined;
}

/** Everything that the soak has to say. */
export interface SoakReport {
  switches: number;
  turns: Partial<Record<TurnKind, TurnFigures>>;
  clients: Record<Kind, ClientFigures>;
  forbiddenAnswers: number;
  problems: TurnRecord[];
  held: boolean;
}

const EVER: Span = { fromMs: -Infinity, toMs: Infinity };
/** When so many turns in a row have ended in a state that needs a hand, more of them tell nothing. */
const HOPELESS = 3;

class ClientTally {
  readonly latency = new Histogram();
  readonly reasons: Record<string, number> = {};
  sent = 0;
  ok = 0;
  failed = 0;
  retried = 0;
}

const median = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor((known.length - 1) / 2)];
};

/** Sums up turns and traffic, lap by lap. */
export class SoakTally {
  readonly records: TurnRecord[] = [];
  readonly #clients: Record<Kind, ClientTally> = { keepAlive: new ClientTally(), fresh: new ClientTally() };
  #forbiddenAnswers = 0;

  get switches(): number {
    return this.records.reduce((sum, record) => sum + record.switches, 0);
  }

  /** The last turns have all ended in a state that needs a hand. */
  get isHopeless(): boolean {
    const last = this.records.slice(-HOPELESS);
    return last.length === HOPELESS && last.every(({ problem }) => problem !== undefined);
  }

  addTurn(record: TurnRecord): void {
    this.records.push(record);
  }

  /** Takes what a load generator has told, once it has ended. */
  addTraffic(traffic: Traffic, forbidden: ReadonlySet<string>): void {
    for (const kind of KINDS) {
      const found = traffic.totals(kind, EVER);
      const tally = this.#clients[kind];
      tally.sent += found.sent;
      tally.ok += found.ok;
      tally.failed += found.failed;
      tally.retried += found.retried;
      tally.latency.merge(found.latency.digest());
      for (const [reason, count] of found.reasons) tally.reasons[reason] = (tally.reasons[reason] ?? 0) + count;
      for (const [revision, count] of traffic.answers(kind, EVER)) {
        if (forbidden.has(revision)) this.#forbiddenAnswers += count;
      }
    }
  }

  /** Where it stands, in one line. */
  line(): string {
    const all = KINDS.map((kind) => this.#clients[kind]);
    const sum = (count: (tally: ClientTally) => number): string =>
      all.reduce((total, tally) => total + count(tally), 0).toLocaleString('en-US');
    const problems = this.records.filter(({ problem }) => problem !== undefined).length;
    return `${this.switches} switches in ${this.records.length} turns; ${sum(({ sent }) => sent)} requests, ${sum(({ failed }) => failed)} failed; ${problems} turns need a hand`;
  }

  report(): SoakReport {
    const problems = this.records.filter(({ problem }) => problem !== undefined);
    const clients = { keepAlive: this.#figures('keepAlive'), fresh: this.#figures('fresh') };
    const isUnhurt = Object.values(clients).every(({ sent, failed, lost }) => sent > 0 && failed === 0 && lost === 0);
    return {
      switches: this.switches,
      turns: Object.fromEntries(
        [...Map.groupBy(this.records, ({ kind }) => kind)].map(([kind, records]) => [kind, turnFigures(records)]),
      ),
      clients,
      forbiddenAnswers: this.#forbiddenAnswers,
      problems,
      held: isUnhurt && problems.length === 0 && this.#forbiddenAnswers === 0 && this.switches > 0,
    };
  }

  #figures(kind: Kind): ClientFigures {
    const { latency, sent, ok, failed, retried, reasons } = this.#clients[kind];
    const quantile = (q: number): number => latency.quantile(q) ?? 0;
    return {
      sent,
      ok,
      failed,
      retried,
      lost: sent - ok - failed,
      reasons,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      maxMs: latency.maxMs,
    };
  }
}

const turnFigures = (records: readonly TurnRecord[]): TurnFigures => {
  const overlaps = records.flatMap(({ overlapMs }) => (overlapMs === undefined ? [] : [overlapMs]));
  const quiet = records.filter(({ kills }) => kills === 0);
  const since = (to: (record: TurnRecord) => number | undefined): number | undefined =>
    median(quiet.map((record) => ((end) => end && end - record.appliedMs)(to(record))));
  return {
    turns: records.length,
    switches: records.reduce((sum, { switches }) => sum + switches, 0),
    problems: records.filter(({ problem }) => problem !== undefined).length,
    kills: records.reduce((sum, { kills }) => sum + kills, 0),
    toSwitchMs: since(({ switchedMs }) => switchedMs),
    toRestMs: since(({ endedMs }) => endedMs),
    maxOverlapMs: overlaps.length === 0 ? undefined : Math.max(...overlaps),
  };
};
