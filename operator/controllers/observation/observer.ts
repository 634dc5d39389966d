import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { Logger } from '../../runtime/log.ts';
import type { SpanExport } from '../../runtime/tracing.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import { announce } from './announce.ts';
import { announcementsOf } from './events.ts';
import type { ReleaseMetrics } from './release-metrics.ts';
import { spansOf, withTraceIds } from './spans.ts';
import { transitionBetween } from './transition.ts';
import type { Transition } from './transition.ts';

export interface ReleaseObserverOptions {
  events: Pick<EventRecorder, 'record'>;
  metrics: ReleaseMetrics;
  /** Absent: no traces. */
  spans?: SpanExport | undefined;
  log: Logger;
  clock: Clock;
}

/**
 * Tells the outside how releases go: events, metrics, log lines and traces. All of it follows from the status before and
 * after a write that succeeded, so each step is told once, whoever led before.
 */
export class ReleaseObserver {
  readonly #options: ReleaseObserverOptions;
  /** When the active Service was last written, by uid, until the switch is confirmed. */
  readonly #switchedAt = new Map<string, number>();

  constructor(options: ReleaseObserverOptions) {
    this.#options = options;
  }

  /** The status to write: with the ids of traces, when there are any. */
  prepare(bluegreen: CachedBlueGreen, status: BlueGreenStatus): BlueGreenStatus {
    return this.#options.spans === undefined ? status : withTraceIds(bluegreen, status);
  }

  /** The active Service was written. */
  switched({ uid }: CachedBlueGreen): void {
    this.#options.metrics.switches.inc();
    this.#switchedAt.set(uid, this.#options.clock.elapsed());
  }

  /** The status was written over that of the given view. */
  written(bluegreen: CachedBlueGreen, after: BlueGreenStatus): void {
    const { events, metrics, spans } = this.#options;
    const transition = transitionBetween(bluegreen.status, after);
    for (const announcement of announcementsOf(transition, after)) announce(events, bluegreen, announcement);
    metrics.count(transition);
    this.#measureSwitch(bluegreen, after);
    this.#log(bluegreen, transition, after);
    if (spans === undefined) return;
    for (const span of spansOf(bluegreen, transition)) spans.export(span);
  }

  /** The BlueGreen is gone. */
  forget(uid: string): void {
    this.#switchedAt.delete(uid);
  }

  #measureSwitch({ uid, status: before }: CachedBlueGreen, after: BlueGreenStatus): void {
    const switchedAt = this.#switchedAt.get(uid);
    if (switchedAt === undefined || after.step.name === 'Switching') return;
    this.#switchedAt.delete(uid);
    if (after.active === before?.active) return;
    this.#options.metrics.switchSeconds.observe((this.#options.clock.elapsed() - switchedAt) / 1000);
  }

  #log({ namespace, name, status: before }: CachedBlueGreen, transition: Transition, after: BlueGreenStatus): void {
    const { log } = this.#options;
    const { ended, started, entered } = transition;
    const object = { namespace, bluegreen: name };
    for (const { revision, outcome, reason, message } of ended) {
      log.info({ ...object, revision, outcome, reason, message }, 'Release ended');
    }
    if (started !== undefined) {
      const { revision, rollback = false, traceId } = started;
      log.info({ ...object, revision, rollback, traceId }, 'Release started');
    }
    const { name: step, waitingFor } = after.step;
    if (entered !== undefined) log.info({ ...object, step }, 'Step entered');
    if (waitingFor !== undefined && waitingFor !== before?.step.waitingFor) {
      log.info({ ...object, step, waitingFor }, 'Waiting');
    }
  }
}
