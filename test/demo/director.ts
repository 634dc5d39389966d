import type { Traffic } from '../load/traffic.ts';
import type { ReleaseRecord } from './release-record.ts';
import type { Act } from './scenario.ts';
import type { Subject } from './subject.ts';
import { type Bell, until } from './until.ts';

/** A release is settled when this many windows of the load's report know no other revision. */
const SETTLED_WINDOWS = 2;
/** How long the service that crashes is watched at least. */
const CRASH_WATCH_MS = 8000;
/** The retire time while a release is to be taken back within it. */
const UNDO_RETIRE_SECONDS = 20;

export interface DirectorOptions {
  subject: Subject;
  traffic: Traffic;
  bell: Bell;
  /** A config value that the service refuses at start. */
  crash: { key: string; value: string };
  retireAfterSeconds: number;
  /** How long one act may take. */
  timeoutMs: number;
  now: () => number;
  /** Told when an act begins, goes on and ends. */
  onProgress: (record: ReleaseRecord) => void;
  /** Runs beside an act, from its edit until it has ended. */
  disturb?: (record: ReleaseRecord, signal: AbortSignal) => Promise<void>;
}

/** Carries out one act after the other and takes note of what happens. */
export class Director {
  readonly records: ReleaseRecord[] = [];
  readonly #options: DirectorOptions;
  #marks = 0;

  constructor(options: DirectorOptions) {
    this.#options = options;
  }

  async perform(act: Act, signal: AbortSignal): Promise<void> {
    const { subject, now, onProgress, disturb } = this.#options;
    const from = subject.bluegreen.status?.active;
    if (from === undefined) throw new Error('Expected a revision that serves');
    const expected = this.#expected(act, from);
    const record: ReleaseRecord = { act, from, appliedMs: now(), kills: 0, ...(expected && { expected }) };
    this.records.push(record);
    onProgress(record);
    const ended = new AbortController();
    const disturbance = disturb?.(record, AbortSignal.any([signal, ended.signal]));
    // It may fail long before it is waited for; then its error still comes out.
    disturbance?.catch(() => undefined);
    try {
      await this.#carryOut(record, signal);
      await this.#rest(record, signal);
    } finally {
      ended.abort();
      await disturbance;
    }
    record.endedMs = now();
    onProgress(record);
  }

  /** What must serve in the end, where that is known before. */
  #expected(act: Act, from: string): string | undefined {
    if (act === 'code' || act === 'config') return undefined;
    if (act === 'restore') return this.#options.subject.original.bluegreen.status?.active;
    const isBack = act === 'rollback' || act === 'forward';
    return isBack ? this.records.findLast((record) => record.to === from && record.from !== from)?.from : from;
  }

  async #carryOut(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { subject, crash, retireAfterSeconds } = this.#options;
    switch (record.act) {
      case 'code':
        await subject.releaseCode(this.#mark(), signal);
        return await this.#switched(record, signal);
      case 'config':
        await subject.releaseConfig(this.#mark(), signal);
        return await this.#switched(record, signal);
      case 'crash':
        await subject.patchConfig({ [crash.key]: crash.value }, signal);
        return await this.#crashed(record, signal);
      case 'correct':
        record.to = record.from;
        return await subject.patchConfig({ [crash.key]: subject.original.configValue(crash.key) }, signal);
      case 'rollback':
        await subject.patchSpec({ decision: { revision: record.from, action: 'Rollback' } }, signal);
        return await this.#switched(record, signal);
      case 'forward':
        await subject.patchSpec({ decision: null }, signal);
        return await this.#switched(record, signal);
      case 'undo':
        return await this.#undo(record, signal);
      case 'restore':
        await subject.restore(signal);
        // What was found there may be long; it comes back when the demo ends.
        await subject.patchSpec({ switch: { retireAfterSeconds } }, signal);
        return await this.#switched(record, signal);
    }
  }

  /** Waits until the Service selects the revision that is asked for and all clients have gone over to it. */
  async #switched(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { subject, traffic } = this.#options;
    const switchedMs = await this.#until(record, 'the switch', signal, () => {
      const to = this.#name(record);
      return to === undefined ? undefined : subject.selectedMs(to, record.appliedMs);
    });
    record.switchedMs = switchedMs;
    const to = record.to ?? record.from;
    await this.#until(record, `all clients to go over to ${to}`, signal, () =>
      traffic.isSettledOn(to, SETTLED_WINDOWS, switchedMs) ? true : undefined,
    );
  }

  /** Notes the revision that the operator says it is asked for, once it is another one than before. */
  #name(record: ReleaseRecord): string | undefined {
    const target = this.#options.subject.bluegreen.status?.target;
    if (target === undefined || target === record.from) return undefined;
    record.to = target;
    return target;
  }

  async #crashed(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { subject, now } = this.#options;
    await this.#until(record, 'the operator to take up the change', signal, () => this.#name(record));
    await this.#until(record, 'the operator to say why the release does not get ready', signal, () => {
      const waitingFor = subject.bluegreen.status?.step.waitingFor ?? '';
      const isExplained = /crash|error|exit/i.test(waitingFor);
      return isExplained && now() >= record.appliedMs + CRASH_WATCH_MS ? true : undefined;
    });
  }

  /** First a release like any other, with a longer retire time; then, in that time, the way back. */
  async #undo(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { subject, now, onProgress } = this.#options;
    await subject.patchSpec({ switch: { retireAfterSeconds: UNDO_RETIRE_SECONDS } }, signal);
    const release: ReleaseRecord = { act: 'code', from: record.from, appliedMs: now(), kills: 0 };
    this.records.splice(this.records.indexOf(record), 0, release);
    await subject.releaseCode(this.#mark(), signal);
    await this.#switched(release, signal);
    release.endedMs = now();
    onProgress(release);
    const to = record.from;
    record.from = release.to ?? to;
    record.to = to;
    record.appliedMs = now();
    const decision = { revision: record.from, action: 'Rollback', to };
    const { retireAfterSeconds } = this.#options;
    await subject.patchSpec({ decision, switch: { retireAfterSeconds } }, signal);
    await this.#switched(record, signal);
  }

  /** Waits until nothing moves any more. */
  async #rest(record: ReleaseRecord, signal: AbortSignal): Promise<void> {
    const { subject } = this.#options;
    record.served = subject.bluegreen.status?.active;
    // It is corrected next; until then it is tried again and again.
    if (record.act === 'crash') return;
    await this.#until(record, `${record.to} to come to rest`, signal, () => {
      const { active, target, step } = subject.bluegreen.status ?? {};
      return active === record.to && target === record.to && step?.name === 'Stable' ? true : undefined;
    });
    record.served = record.to;
  }

  #mark(): string {
    this.#marks++;
    return `${new Date(this.#options.now()).toISOString()} #${this.#marks}`;
  }

  #until<T>(record: ReleaseRecord, what: string, signal: AbortSignal, look: () => T | undefined): Promise<T> {
    const { bell, subject, timeoutMs } = this.#options;
    const watch = (): T | undefined => {
      const waitingFor = subject.bluegreen.status?.step.waitingFor;
      if (waitingFor !== undefined) record.waitingFor = waitingFor;
      return look();
    };
    const found = (): string => {
      const { active, target, step } = subject.bluegreen.status ?? {};
      return `active ${active}, target ${target}, step ${step?.name}: ${step?.waitingFor ?? 'nothing to wait for'}`;
    };
    return until(bell, watch, { what, timeoutMs, found, signal });
  }
}
