import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { LABEL_REVISION, otherSlot, SLOTS } from '../../api/names.ts';
import type { Snapshot } from '../types.ts';
import { promise } from './broken-promise.ts';
import type { Cluster } from './cluster.ts';
import type { CopyObject, DeploymentObject, RecordObject } from './objects.ts';
import type { Errand, Planner, Step } from './process.ts';
import { CheckPromises } from './promises-checks.ts';
import { GatePromises } from './promises-gates.ts';
import { TrafficPromises } from './promises-traffic.ts';
import { checkHistory } from './promises-history.ts';
import { isSame } from './same.ts';
import { BOTH } from './witness.ts';
import type { Witness } from './witness.ts';

const PURITY_EVERY = 16;

/** Whether traffic is being moved. */
const isMoving = (status: BlueGreenStatus | undefined): boolean =>
  status?.step.name === 'Overlapping' || status?.step.name === 'Switching';

/** The promises of the design, judged after every single write. */
export class Promises {
  readonly #cluster: Cluster;
  readonly #witness: Witness;
  readonly #checks: CheckPromises;
  readonly #traffic: TrafficPromises;
  readonly #gates: GatePromises;
  #planned = 0;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
    this.#checks = new CheckPromises(cluster, witness);
    this.#traffic = new TrafficPromises(cluster, witness);
    this.#gates = new GatePromises(cluster, witness);
  }

  /** Judges what a process has just planned. */
  planned(errand: Errand, planner: Planner, now: number): void {
    const { snapshot, plan } = errand;
    // A snapshot cannot be written into; for what is left (a clock, a random number) now and then is often enough.
    if (this.#planned++ % PURITY_EVERY === 0) {
      promise(isSame(planner(snapshot, now), plan), 'pure', 'the same snapshot gave two different plans');
    }
    this.#staleDecision(errand, planner, now);
    const { status } = plan;
    const { generation, spec } = snapshot.bluegreen;
    const isKept = isSame(status, snapshot.bluegreen.status);
    promise(
      isKept || status.observedGeneration === generation,
      'observedGeneration',
      `expected ${generation}, found ${status.observedGeneration}`,
    );
    if (!isMoving(status) || isMoving(snapshot.bluegreen.status)) return;
    const revision = status.release?.revision ?? status.target;
    // A switch that was given up and turns out to have been made is no new decision.
    if (snapshot.services.active?.selector[LABEL_REVISION] === revision) return;
    promise(
      plan.actions.every(({ kind }) => kind === 'event'),
      'I3',
      'a switch is decided by a plan that has actions',
    );
    const view = SLOTS.map((slot) => snapshot.slots[slot]).find((slot) => slot?.revision === revision);
    const active = status.active === undefined ? undefined : this.#view(snapshot, status.active);
    // A way out of an active slot that fails needs no full size: whatever is ready is better.
    const leaving = active !== undefined && active.ready < active.replicas;
    const full = view !== undefined && view.observed && view.updated === view.total && view.ready >= view.replicas;
    promise(
      view !== undefined && full && (view.replicas >= spec.replicas || leaving || (status.release?.rollback ?? false)),
      'I2',
      () => `a switch to ${revision} is decided while its slot is ${JSON.stringify(view)}, replicas ${spec.replicas}`,
    );
  }

  /** Judges what a process has just done. */
  done(step: Step): void {
    if (step.kind === 'status') {
      this.#status(step.errand, step.before.status, step.after.status);
    } else if (step.kind === 'action') {
      const { errand, effect, action } = step;
      if (action.kind === 'measure') this.#checks.begun(errand, action);
      if (effect.kind === 'deployment') this.#deployment(errand, effect.before, effect.after);
      else if (effect.kind === 'service' && effect.role === 'active')
        this.#traffic.written(errand, effect.before, effect.after);
      else if (effect.kind === 'record') this.#record(errand, effect.before, effect.after);
      else if (effect.kind === 'copy') this.#copy(effect.before, effect.after);
    }
  }

  /** I6: a decision that names no revision at work changes nothing that is done. */
  #staleDecision({ snapshot, plan }: Errand, planner: Planner, now: number): void {
    const { spec, status } = snapshot.bluegreen;
    const named = spec.decision?.revision;
    if (named === undefined) return;
    const isPromote = spec.decision?.action === 'Promote';
    const others = isPromote ? [] : [snapshot.desired.revision, status?.target, status?.active];
    if ([status?.release?.revision, ...others].includes(named)) return;
    const { decision: _, ...undecided } = spec;
    const other = planner({ ...snapshot, bluegreen: { ...snapshot.bluegreen, spec: undecided } }, now);
    promise(
      isSame(other.actions, plan.actions) && isSame(other.status.step, plan.status.step),
      'I6',
      `a decision about ${named}, which is not at work, changes the plan`,
    );
  }

  #view(snapshot: Snapshot, revision: string): Snapshot['slots']['blue'] {
    return SLOTS.map((slot) => snapshot.slots[slot]).find((slot) => slot?.revision === revision);
  }

  /** I1, I4, I5: what serves, or has served a moment ago, is neither made smaller nor refilled. */
  #deployment(errand: Errand, before: DeploymentObject | undefined, after: DeploymentObject): void {
    const { revision } = after;
    const rival = this.#cluster.deployment(otherSlot(after.slot));
    promise(rival?.revision !== revision, 'I1', `both slots hold ${revision}: pods of both would match one selector`);
    const gone = after.copies.filter((copy) => !this.#exists(copy));
    promise(
      before?.revision === revision || gone.length === 0 || this.#isPast(errand),
      'I4',
      `${revision} is filled, its copies ${gone.join(', ')} are gone`,
    );
    const selected = this.#witness.selectedFor(errand);
    const { active } = this.#cluster.status ?? {};
    if (selected === BOTH && active !== undefined && before?.revision !== revision) {
      promise(revision === active, 'I1', `${revision} is filled while the active selector names both slots`);
    }
    if (before === undefined) return;
    const refilled = before.revision !== revision;
    const shrunk = after.replicas < before.replicas && after.replicas < errand.snapshot.bluegreen.spec.replicas;
    if (!refilled && !shrunk) return;
    const what = refilled ? `refilled with ${revision}` : `scaled from ${before.replicas} to ${after.replicas}`;
    promise(
      selected !== BOTH || active === undefined,
      'I1',
      `${before.revision} is ${what} while the active selector names both slots`,
    );
    promise(before.revision !== selected, 'I1', `${before.revision}, which the active selector names, is ${what}`);
    promise(before.revision !== active, 'I1', `${before.revision}, which is the active revision, is ${what}`);
    const { retiring, tolerance } = this.#witness;
    if (before.revision !== retiring?.revision || before.replicas === 0) return;
    const left = retiring.since + retiring.seconds * 1000 - this.#cluster.now - tolerance;
    promise(left <= 0, 'I5', `${before.revision} is ${what} ${left / 1000} s before its retire time is over`);
    this.#witness.retiring = undefined;
  }

  /** I4: whatever is filled from a record finds its copies. */
  #record(errand: Errand, before: RecordObject | undefined, after: RecordObject | undefined): void {
    if (before === undefined && after !== undefined) {
      const gone = after.copies.filter((copy) => !this.#exists(copy));
      promise(
        this.#isPast(errand) || gone.length === 0,
        'I4',
        `${after.name} is recorded, its copies ${gone.join(', ')} are gone`,
      );
    }
    if (before !== undefined && after === undefined) {
      const status = this.#cluster.status;
      const filled = this.#cluster.deployments.list().filter(({ replicas }) => replicas > 0);
      const live = [status?.active, ...filled.map(({ revision }) => revision)];
      promise(!live.includes(before.name), 'I4', `the record of ${before.name}, which has pods, is deleted`);
    }
  }

  /** I4: a copy that a slot or a record names is never deleted. */
  #copy(before: CopyObject | undefined, after: CopyObject | undefined): void {
    if (after !== undefined) this.#witness.lost.delete(after.name);
    if (before === undefined || after !== undefined) return;
    const users = [...this.#cluster.deployments.list(), ...this.#cluster.records.list()];
    const user = users.find(({ copies }) => copies.includes(before.name));
    promise(user === undefined, 'I4', `copy ${before.name} is deleted, but ${user?.name} names it`);
  }

  /**
   * A writer that was stopped in the middle may record or fill a release that has been given up since, and whose copies
   * are gone. That slot does not serve and is emptied by the next plan; the record says what is missing if asked for.
   */
  #isPast(errand: Errand): boolean {
    return errand.bluegreen.resourceVersion < this.#cluster.bluegreen.resourceVersion;
  }

  #exists(copy: string): boolean {
    return this.#cluster.copies.get(copy) !== undefined || this.#witness.lost.has(copy);
  }

  /** I2, I5, I6, I7: what is put on record is true and in order. */
  #status(errand: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus | undefined): void {
    if (after === undefined) return;
    const witness = this.#witness;
    checkHistory(before, after, this.#cluster.bluegreen.spec.revisionHistoryLimit);
    this.#checks.written(before, after);
    this.#gates.written(errand, before, after);
    const seen = errand.service?.selector[LABEL_REVISION];
    this.#traffic.confirmed(errand, before, after);
    const decided = isMoving(after) && !isMoving(before);
    if (decided && seen !== (after.release?.revision ?? after.target)) this.#switch(errand, before, after);
    witness.statusWritten(before, after, errand.plannedAt);
  }

  /** I5, I6: a switch is put on record only when it is due and asked for. */
  #switch({ snapshot }: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const { spec } = this.#cluster.bluegreen;
    const revision = after.release?.revision ?? after.target;
    const { decision } = spec;
    const named = decision?.revision === revision ? decision?.action : undefined;
    const back = revision === before?.active || after.release?.rollback === true;
    promise(
      named !== 'Abort' || back || before?.active === undefined,
      'I6',
      `a switch to ${revision} is recorded, which is to be aborted`,
    );
    promise(
      named !== 'Rollback' || decision?.to === revision || back,
      'I6',
      `a switch to ${revision} is recorded, away from which a rollback is asked for`,
    );
    promise(
      before?.rejected !== revision || named === 'Retry' || back,
      'I6',
      `a switch to ${revision} is recorded, which was rejected`,
    );
    promise(
      revision === snapshot.desired.revision ||
        (decision?.action === 'Rollback' && decision.revision === snapshot.desired.revision) ||
        back,
      'I6',
      `a switch to ${revision} is recorded, while ${snapshot.desired.revision} is asked for`,
    );
  }
}
