import { setTimeout as sleep } from 'node:timers/promises';
import type { BlueGreenStatus, HistoryEntry } from '../../operator/api/bluegreen.ts';
import type { Subject } from '../demo/subject.ts';
import { type Bell, until, WaitError } from '../demo/until.ts';
import { KINDS, type Kind } from '../load/client.ts';
import type { Traffic } from '../load/traffic.ts';
import type { TurnKind, TurnRecord } from './turn.ts';

export interface PerformerOptions {
  subject: Subject;
  bell: Bell;
  /** What the load generator tells now; another one after each lap. */
  traffic: () => Traffic;
  /** A number from 0 up to, but not including, 1. */
  random: () => number;
  now: () => number;
  /** The path that the failing checks ask for. */
  path: string;
  /** Tells the runs of the soak apart in the templates that it makes. */
  mark: string;
  /** How long a turn may take. */
  timeoutMs: number;
}

/** A release is settled when this many windows of the load's report know no other revision. */
const SETTLED_WINDOWS = 2;
const RETIRE_SECONDS = 1;
/** The retire time while a release is to be taken back within it. */
const UNDO_RETIRE_SECONDS = 30;
const CRASH = { key: 'PAGE_SIZE', value: 'many' };
const GREETING = 'GREETING';
/** How long a person takes at most to give a release up, or to put a wrong value right. */
const MAX_HESITATION_MS = 4000;
/** Longer than the check takes to fail. */
const WINDOW_SECONDS = 20;

const REST = {
  promotion: { mode: 'Automatic', soakSeconds: 0 },
  checks: { before: [], after: { windowSeconds: WINDOW_SECONDS, checks: [] } },
  switch: { retireAfterSeconds: RETIRE_SECONDS },
  decision: null,
};

/** Makes one turn after the other on a BlueGreen, and sees to it that each ends as the last spec says. */
export class Performer {
  /** Revisions that must never answer: given up, crashing, or refused by a check before the switch. */
  readonly forbidden = new Set<string>();
  readonly #options: PerformerOptions;
  /** Revisions that have served to the end of a turn, the newest last. */
  readonly #proven: string[] = [];
  /** The revision that template and config make, whatever the decision. */
  #desired: string | undefined;
  #marks = 0;

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  /** Makes a turn. `record.problem` says what went wrong; only an aborted signal or a lost connection throws. */
  async perform(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const { subject, now } = this.#options;
    this.#desired ??= subject.bluegreen.status?.target;
    try {
      await this.#carryOut(record, signal);
      record.endedMs = now();
    } catch (error) {
      if (!(error instanceof WaitError)) throw error;
      record.problem = error.message;
    }
    const { active } = this.#status;
    if (active !== undefined) {
      record.served = active;
      if (record.problem === undefined && this.#proven.at(-1) !== active) this.#proven.push(active);
    }
    record.switches = subject.selectedSince(record.appliedMs).length;
    const overlapMs = this.#overlapMs(record);
    if (overlapMs !== undefined) record.overlapMs = overlapMs;
  }

  /** Whether that can be done now: for a rollback there must be an earlier release that is still on record. */
  async possible(kind: TurnKind, signal: AbortSignal): Promise<boolean> {
    return kind !== 'rollback' || (await this.#earlier(signal)) !== undefined;
  }

  async #carryOut(record: TurnRecord, signal: AbortSignal): Promise<void> {
    switch (record.kind) {
      case 'code':
        await this.#release({}, signal);
        return await this.#promoted(record, signal);
      case 'config':
        await this.#options.subject.patchConfig({ [GREETING]: `Hello from ${this.#mark()}` }, signal);
        await this.#options.subject.patchSpec(REST, signal);
        return await this.#promoted(record, signal);
      case 'promote':
        return await this.#byHand(record, 'Promote', signal);
      case 'abort':
        return await this.#byHand(record, 'Abort', signal);
      case 'crash':
        return await this.#crash(record, signal);
      case 'checkBefore':
        await this.#release({ checks: { ...REST.checks, before: [this.#refusing()] } }, signal);
        await this.#named(record, signal);
        this.#forbid(record);
        return await this.#ended(record, ['Failed'], signal);
      case 'checkAfter':
        await this.#release(
          { checks: { before: [], after: { windowSeconds: WINDOW_SECONDS, checks: [this.#refusing()] } } },
          signal,
        );
        await this.#switched(record, signal);
        return await this.#ended(record, ['Failed'], signal);
      case 'undo':
        return await this.#undo(record, signal);
      case 'rollback':
        return await this.#rollback(record, signal);
    }
  }

  /** A new template with the settings of its release, in one edit. */
  async #release(settings: object, signal: AbortSignal): Promise<void> {
    const template = { metadata: { annotations: { 'soak-turn': this.#mark() } } };
    await this.#options.subject.patchSpec({ ...REST, ...settings, template }, signal);
  }

  async #byHand(record: TurnRecord, action: 'Promote' | 'Abort', signal: AbortSignal): Promise<void> {
    const { subject } = this.#options;
    await this.#release({ promotion: { mode: 'Manual' } }, signal);
    const revision = await this.#named(record, signal);
    if (action === 'Abort') {
      this.#forbid(record);
      await this.#hesitate(signal);
    } else {
      await this.#until(
        'the release to wait for a person',
        signal,
        () => this.#status.step?.name === 'AwaitingPromotion',
      );
    }
    await subject.patchSpec({ decision: { revision, action } }, signal);
    await (action === 'Promote' ? this.#promoted(record, signal) : this.#ended(record, ['Aborted'], signal));
  }

  /** Code and a bad config at the same time; then the config is put right, which makes another release. */
  async #crash(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const { subject } = this.#options;
    await subject.patchConfig({ [CRASH.key]: CRASH.value }, signal);
    await this.#release({}, signal);
    await this.#named(record, signal);
    await this.#hesitate(signal);
    const { target: bad } = this.#status;
    await subject.patchConfig({ [CRASH.key]: subject.original.configValue(CRASH.key) }, signal);
    // Either of the two edits may be seen first, so more than one revision may be asked for on the way, and the first
    // of them may be the one that the correction leads back to: only what comes to rest tells which it is.
    const to = await this.#value('the corrected release to come to rest', signal, () => {
      const { active, target, step } = this.#status;
      return active !== record.from && active === target && step?.name === 'Stable' ? active : undefined;
    });
    record.to = to;
    this.#desired = to;
    if (bad !== undefined && bad !== to && bad !== record.from) this.forbidden.add(bad);
    await this.#promoted(record, signal);
  }

  async #undo(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const { subject } = this.#options;
    await this.#release({ switch: { retireAfterSeconds: UNDO_RETIRE_SECONDS } }, signal);
    await this.#switched(record, signal);
    const revision = record.to;
    await this.#until(`${revision} to be active`, signal, () => this.#status.active === revision);
    const decision = { revision, action: 'Rollback', to: record.from };
    await subject.patchSpec({ decision, switch: { retireAfterSeconds: RETIRE_SECONDS } }, signal);
    await this.#atRest(record.from, signal);
  }

  async #rollback(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const to = await this.#earlier(signal);
    if (to === undefined || this.#desired === undefined) throw new TypeError('Expected an earlier release, found none');
    record.to = to;
    const decision = { revision: this.#desired, action: 'Rollback', to };
    await this.#options.subject.patchSpec({ ...REST, decision }, signal);
    record.switchedMs = await this.#selected(to, record, signal);
    await this.#settled(to, record.switchedMs, signal);
    await this.#atRest(to, signal);
  }

  /** The newest revision on record that has served to the end of a turn, but for what serves and what is asked for. */
  async #earlier(signal: AbortSignal): Promise<string | undefined> {
    const { active } = this.#status;
    const recorded = await this.#options.subject.recorded(signal);
    return this.#proven.findLast((name) => name !== active && name !== this.#desired && recorded.has(name));
  }

  async #promoted(record: TurnRecord, signal: AbortSignal): Promise<void> {
    await this.#switched(record, signal);
    await this.#atRest(record.to, signal);
  }

  async #switched(record: TurnRecord, signal: AbortSignal): Promise<void> {
    const to = await this.#named(record, signal);
    record.switchedMs = await this.#selected(to, record, signal);
    // A release that is taken back at once may have gone before a whole window of the report was its own.
    if (record.kind !== 'checkAfter') await this.#settled(to, record.switchedMs, signal);
  }

  async #selected(to: string, { appliedMs }: TurnRecord, signal: AbortSignal): Promise<number> {
    return await this.#value(`Service to select ${to}`, signal, () => this.#options.subject.selectedMs(to, appliedMs));
  }

  async #settled(to: string, sinceMs: number, signal: AbortSignal): Promise<void> {
    const { traffic } = this.#options;
    await this.#until(`all clients to go over to ${to}`, signal, () =>
      traffic().isSettledOn(to, SETTLED_WINDOWS, sinceMs),
    );
  }

  /** The revision that the operator says is asked for, once it is another one than before. */
  async #named(record: TurnRecord, signal: AbortSignal): Promise<string> {
    const before = new Set([record.from, this.#desired]);
    const to = await this.#value('the operator to take up the change', signal, () => {
      const { target } = this.#status;
      return record.to ?? (before.has(target) ? undefined : target);
    });
    record.to = to;
    this.#desired = to;
    return to;
  }

  /** The release came to that end, and what served before serves. */
  async #ended({ to, from }: TurnRecord, outcomes: HistoryEntry['outcome'][], signal: AbortSignal): Promise<void> {
    await this.#until(`${to} to end as ${outcomes.join(' or ')}`, signal, () =>
      (this.#status.history ?? []).some(({ revision, outcome }) => revision === to && outcomes.includes(outcome)),
    );
    await this.#atRest(from, signal);
  }

  async #atRest(revision: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#until(`${revision} to come to rest`, signal, () => {
      const { active, target, step } = this.#status;
      return active === revision && target === revision && step?.name === 'Stable';
    });
  }

  async #hesitate(signal: AbortSignal): Promise<void> {
    await sleep(this.#options.random() * MAX_HESITATION_MS, undefined, { signal });
  }

  /** A check that the service does not pass. */
  #refusing(): object {
    const http = { path: this.#options.path, expect: { statuses: ['418'] } };
    return { name: 'teapot', intervalSeconds: 1, timeoutSeconds: 5, http };
  }

  #forbid({ to }: TurnRecord): void {
    if (to !== undefined) this.forbidden.add(to);
  }

  #mark(): string {
    this.#marks += 1;
    return `${this.#options.mark} #${this.#marks}`;
  }

  #overlapMs({ kind, from, to, appliedMs, switchedMs, endedMs }: TurnRecord): number | undefined {
    // Where the traffic went there and back, the old release has answered again.
    if (to === undefined || switchedMs === undefined || kind === 'undo' || kind === 'checkAfter') return undefined;
    const span = { fromMs: appliedMs, toMs: endedMs ?? Infinity };
    const found = KINDS.map((client: Kind) => this.#options.traffic().handOver(client, from, to, span));
    const known = found.flatMap((one) => (one?.lastOldMs === undefined ? [] : [one.overlapMs]));
    return known.length === 0 ? undefined : Math.max(...known);
  }

  get #status(): Partial<BlueGreenStatus> {
    return this.#options.subject.bluegreen.status ?? {};
  }

  async #until(what: string, signal: AbortSignal, look: () => boolean): Promise<void> {
    await this.#value(what, signal, () => (look() ? true : undefined));
  }

  #value<T>(what: string, signal: AbortSignal, look: () => T | undefined): Promise<T> {
    const { bell, timeoutMs } = this.#options;
    const found = (): string => {
      const { active, target, step } = this.#status;
      return `active ${active}, target ${target}, step ${step?.name}: ${step?.waitingFor ?? 'nothing to wait for'}`;
    };
    return until(bell, look, { what, timeoutMs, found, signal });
  }
}
