import type { Check, CheckStage } from '../../api/checks.ts';
import type { Slot } from '../../api/names.ts';
import { measure } from '../../checks/measure.ts';
import type { CheckTools } from '../../checks/measure.ts';
import type { MeasurementView } from '../../plan/types.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/log.ts';
import { keyOf } from '../../runtime/store.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import { openMeasurements } from './open-measurements.ts';

export interface MeasurementsOptions {
  tools: CheckTools;
  log: Logger;
  clock: Clock;
}

/** Which measurement of which release. */
export interface MeasurementOrder {
  id: string;
  check: Check;
  stage: CheckStage;
  slot: Slot;
  revision: string;
}

interface Entry {
  view: MeasurementView;
  abort: AbortController;
}

/** Told of the key of a BlueGreen when one of its measurements has ended. */
export type MeasurementListener = (key: string) => void;

/**
 * The measurements that this process makes, in the background. They live in memory alone: what counts is in status, and
 * a process that has just started begins again those that status does not know the end of.
 */
export class Measurements {
  readonly #options: MeasurementsOptions;
  /** By uid of the BlueGreen, then by id. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #listeners = new Set<MeasurementListener>();
  /** Also those that were called off and have not ended yet. */
  readonly #working = new Map<Promise<void>, string>();

  constructor(options: MeasurementsOptions) {
    this.#options = options;
  }

  /** The returned function ends that. */
  subscribe(listener: MeasurementListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is known of a BlueGreen's measurements. */
  of(uid: string): MeasurementView[] {
    return [...(this.#entries.get(uid)?.values() ?? [])].map(({ view }) => view);
  }

  /** Whether any measurement of a BlueGreen has not ended, also one that was called off. */
  isBusy(uid: string): boolean {
    return [...this.#working.values()].includes(uid);
  }

  /** Begins a measurement, unless one of that id runs or has ended. */
  begin(bluegreen: CachedBlueGreen, order: MeasurementOrder): void {
    const { uid } = bluegreen;
    const entries = this.#entries.get(uid) ?? new Map<string, Entry>();
    if (entries.has(order.id)) return;
    const entry: Entry = { view: { id: order.id, state: 'running' }, abort: new AbortController() };
    entries.set(order.id, entry);
    this.#entries.set(uid, entries);
    const work = this.#work(bluegreen, order, entry).finally(() => {
      this.#working.delete(work);
      for (const listener of this.#listeners) listener(keyOf(bluegreen));
    });
    this.#working.set(work, uid);
  }

  /** Forgets what status knows the end of, and calls off what it no longer asks for. */
  retain({ uid, status }: Pick<CachedBlueGreen, 'uid' | 'status'>): void {
    const entries = this.#entries.get(uid);
    if (entries === undefined) return;
    const open = openMeasurements(status);
    for (const [id, { abort }] of entries) {
      if (open.has(id)) continue;
      entries.delete(id);
      abort.abort(new CalledOffError(id));
    }
    if (entries.size === 0) this.#entries.delete(uid);
  }

  /** Calls off all measurements of a BlueGreen. */
  forget(uid: string): void {
    this.retain({ uid, status: undefined });
  }

  /** Resolves when all that have begun so far have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#working.keys());
  }

  /** Calls off all and resolves when nothing of them runs any more. A Job goes on, and is found again by its name. */
  async stop(): Promise<void> {
    for (const uid of this.#entries.keys()) this.forget(uid);
    await this.idle();
  }

  async #work(bluegreen: CachedBlueGreen, order: MeasurementOrder, entry: Entry): Promise<void> {
    const { tools, log, clock } = this.#options;
    const { namespace, name, uid } = bluegreen;
    const { id, check, stage, slot, revision } = order;
    const subject = { namespace, bluegreen: name, uid, stage, slot, revision, id };
    try {
      const { verdict, message } = await measure(check, subject, tools, entry.abort.signal);
      entry.view = { id, state: 'done', verdict, message, at: new Date(clock.now()).toISOString() };
      log.info({ namespace, bluegreen: name, measurement: id, verdict, answer: message }, 'Ended a measurement');
    } catch (error) {
      if (!(error instanceof CalledOffError)) throw error;
      log.debug({ namespace, bluegreen: name, measurement: id }, 'Called off a measurement');
    }
  }
}

/** Nobody asks for the measurement any more. */
class CalledOffError extends Error {
  readonly code = 'CALLED_OFF';

  constructor(id: string) {
    super(`Measurement ${id} was called off`);
    this.name = 'CalledOffError';
  }
}
