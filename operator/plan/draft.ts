import type { BlueGreenStatus, HistoryEntry, Outcome, Step, StepName } from '../api/bluegreen.ts';
import { SLOTS, otherSlot, type Slot } from '../api/names.ts';
import { selectedRevision, slotOf } from './slots.ts';
import { fromTime, toTime } from './time.ts';
import type { Action, Snapshot } from './types.ts';

/** Why the object is stalled: nothing will move until somebody changes something. */
export interface Problem {
  reason: string;
  message: string;
}

const emptyStatus = (now: number): BlueGreenStatus => ({
  observedGeneration: -1,
  slots: {},
  step: { name: 'Stable', since: toTime(now) },
  conditions: [],
  history: [],
  replicas: 0,
  selector: '',
});

/** A status that a plan may change: these parts field by field, all others only as a whole. */
const copyOf = (status: BlueGreenStatus): BlueGreenStatus => ({
  ...status,
  slots: { ...status.slots },
  step: { ...status.step },
  ...(status.release ? { release: { ...status.release } } : {}),
});

const seconds = (ms: number): number => Math.max(0, Math.round(ms) / 1000);

/** The plan while it is being made: what has been decided so far, on top of the status that is on record. */
export class Draft {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly status: BlueGreenStatus;
  readonly actions: Action[] = [];
  requeueAt: number | undefined;
  explain: Slot | undefined;
  problem: Problem | undefined;
  #asks = false;

  constructor(snapshot: Snapshot, now: number) {
    this.snapshot = snapshot;
    this.now = now;
    this.status = snapshot.bluegreen.status ? copyOf(snapshot.bluegreen.status) : emptyStatus(now);
    delete this.status.step.waitingFor;
    for (const slot of SLOTS) this.#mirror(slot);
  }

  get spec(): Snapshot['bluegreen']['spec'] {
    return this.snapshot.bluegreen.spec;
  }

  get name(): string {
    return this.snapshot.bluegreen.name;
  }

  /** The revision that the active Service selects, as far as the cache knows. */
  get live(): string | undefined {
    return selectedRevision(this.snapshot.services.active, this.name);
  }

  /**
   * The slot of the active revision. When its Deployment is gone, status says where it was, or else (a writer with an
   * old view may have written there what it saw) the slot that has none.
   */
  get activeSlot(): Slot | undefined {
    const { active, slots } = this.status;
    if (active === undefined) return undefined;
    return (
      slotOf(this.snapshot, active) ??
      SLOTS.find((slot) => slots[slot]?.revision === active) ??
      SLOTS.find((slot) => this.snapshot.slots[slot] === undefined)
    );
  }

  /** The slot that a new revision goes to: the one that does not serve. */
  get idleSlot(): Slot {
    const active = this.activeSlot;
    if (active !== undefined) return otherSlot(active);
    const filled = slotOf(this.snapshot, this.status.release?.revision);
    const live = slotOf(this.snapshot, this.live);
    return filled ?? (live === undefined ? 'blue' : otherSlot(live));
  }

  /** Come back at that time at the latest. */
  wake(at: number): void {
    this.requeueAt = Math.min(this.requeueAt ?? Infinity, at);
  }

  /** Say why the present step does not end. The first sentence of a plan stands: it is the nearest cause. */
  waitFor(sentence: string): void {
    this.status.step.waitingFor ??= sentence;
  }

  /** Say that nothing will move until somebody changes something. */
  stall(reason: string, message: string): void {
    this.problem ??= { reason, message };
    this.waitFor(message);
  }

  /**
   * Ask for something that only the next plan can know. Until then the status on record stands, so that a process that
   * has just started does not write what it has not yet found out, only to take it back a moment later.
   */
  ask(): void {
    this.#asks = this.status.observedGeneration === this.snapshot.bluegreen.generation;
    this.wake(this.now);
  }

  /** Have the unready pods of a slot read, to say why they are not ready. Until then the sentence on record stands. */
  explainPods(slot: Slot): void {
    this.explain = slot;
    if (this.snapshot.pods !== undefined) return;
    const { waitingFor } = this.snapshot.bluegreen.status?.step ?? {};
    if (waitingFor !== undefined) this.waitFor(waitingFor);
    this.wake(this.now);
  }

  /** The status to write. */
  get outcome(): BlueGreenStatus {
    return (this.#asks ? this.snapshot.bluegreen.status : undefined) ?? this.status;
  }

  /** Tell of something that the status does not show; the rest is told by what observes its writes. */
  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.actions.push({ kind: 'event', type, reason, message });
  }

  /** Enter a step. Its actions come with the next plan, when the step is on record. */
  enter(name: StepName, limitSeconds?: number): void {
    const { release, step } = this.status;
    if (release) {
      const spent = (release.steps[step.name] ?? 0) + seconds(this.now - fromTime(step.since));
      release.steps = { ...release.steps, [step.name]: seconds(spent * 1000) };
    }
    const next: Step = { name, since: toTime(this.now) };
    if (limitSeconds !== undefined) {
      next.deadline = toTime(this.now + limitSeconds * 1000);
      this.wake(this.now + limitSeconds * 1000);
    }
    this.status.step = next;
    this.wake(this.now);
  }

  /** Begin a release of that revision. */
  startRelease(revision: string, rollback: boolean): void {
    // The step that is being left is no part of the new release.
    this.status.step = { name: this.status.step.name, since: toTime(this.now) };
    this.status.release = { revision, startedAt: toTime(this.now), steps: {}, ...(rollback ? { rollback } : {}) };
  }

  /** End the release that is under way and keep it in the history. */
  endRelease(outcome: Outcome, reason: string, message: string): void {
    const { release, step } = this.status;
    if (!release) return;
    const spent = (release.steps[step.name] ?? 0) + seconds(this.now - fromTime(step.since));
    const entry: HistoryEntry = {
      revision: release.revision,
      outcome,
      reason,
      message,
      startedAt: release.startedAt,
      endedAt: toTime(this.now),
      steps: { ...release.steps, [step.name]: seconds(spent * 1000) },
    };
    this.status.history = [entry, ...this.status.history].slice(0, this.spec.revisionHistoryLimit);
    delete this.status.release;
  }

  /** Bring what status says of a slot up to the view; the claim is status' own. */
  #mirror(slot: Slot): void {
    const view = this.snapshot.slots[slot];
    const old = this.status.slots[slot];
    const claim = old?.claim;
    if (view && !view.foreign) {
      const { revision, replicas, ready } = view;
      this.status.slots[slot] = { revision, replicas, ready, ...(claim === undefined ? {} : { claim }) };
    } else if (old) {
      this.status.slots[slot] = { ...old, replicas: 0, ready: 0 };
    }
  }
}
