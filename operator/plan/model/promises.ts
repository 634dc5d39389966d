import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { LABEL_BLUEGREEN, LABEL_REVISION, otherSlot, revisionSelector, SLOTS } from '../../api/names.ts';
import type { Snapshot } from '../types.ts';
import { promise } from './broken-promise.ts';
import type { Cluster } from './cluster.ts';
import type { CopyObject, DeploymentObject, RecordObject, ServiceObject } from './objects.ts';
import type { Errand, Planner, Step } from './process.ts';
import { checkHistory } from './promises-history.ts';
import { isSame } from './same.ts';
import { NAME } from './templates.ts';
import type { Witness } from './witness.ts';

const PURITY_EVERY = 16;

/** The promises of the design, judged after every single write. */
export class Promises {
  readonly #cluster: Cluster;
  readonly #witness: Witness;
  #planned = 0;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
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
    if (status.step.name !== 'Switching' || snapshot.bluegreen.status?.step.name === 'Switching') return;
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
      const { errand, effect } = step;
      if (effect.kind === 'deployment') this.#deployment(errand, effect.before, effect.after);
      else if (effect.kind === 'service' && effect.role === 'active')
        this.#service(errand, effect.before, effect.after);
      else if (effect.kind === 'record') this.#record(errand, effect.before, effect.after);
      else if (effect.kind === 'copy') this.#copy(effect.before, effect.after);
    }
  }

  /** I6: a decision that names no revision at work changes nothing that is done. */
  #staleDecision({ snapshot, plan }: Errand, planner: Planner, now: number): void {
    const { spec, status } = snapshot.bluegreen;
    const named = spec.decision?.revision;
    if (named === undefined) return;
    if ([snapshot.desired.revision, status?.target, status?.release?.revision, status?.active].includes(named)) return;
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
    if (before === undefined) return;
    const refilled = before.revision !== revision;
    const shrunk = after.replicas < before.replicas && after.replicas < errand.snapshot.bluegreen.spec.replicas;
    if (!refilled && !shrunk) return;
    const what = refilled ? `refilled with ${revision}` : `scaled from ${before.replicas} to ${after.replicas}`;
    const selected = this.#witness.selectedFor(errand);
    promise(before.revision !== selected, 'I1', `${before.revision}, which the active selector names, is ${what}`);
    const active = this.#cluster.status?.active;
    promise(before.revision !== active, 'I1', `${before.revision}, which is the active revision, is ${what}`);
    const { retiring, tolerance } = this.#witness;
    if (before.revision !== retiring?.revision || before.replicas === 0) return;
    const left = retiring.since + retiring.seconds * 1000 - this.#cluster.now - tolerance;
    promise(left <= 0, 'I5', `${before.revision} is ${what} ${left / 1000} s before its retire time is over`);
    this.#witness.retiring = undefined;
  }

  /** I2, I3: the active selector moves only to a whole slot, and only while that switch is on record. */
  #service(errand: Errand, before: ServiceObject, after: ServiceObject): void {
    // A Service that the spec has just ceased to name is nobody's any more.
    if (isSame(before.selector, after.selector) || after !== this.#cluster.activeService) return;
    const revision = after.selector[LABEL_REVISION] ?? '';
    const { status, bluegreen } = this.#cluster;
    const witness = this.#witness;
    promise(isSame(after.selector, revisionSelector(NAME, revision)), 'I3', 'the selector is not a revision');
    const step = status?.step.name;
    const asked = status?.release?.revision ?? status?.target;
    const onRecord = revision === asked && (step === 'Switching' || (step === 'Abandoning' && !this.#fenced(before)));
    promise(
      onRecord || revision === status?.active,
      'I3',
      `traffic moves to ${revision} while the step is ${step} to ${asked}, active ${status?.active}`,
    );
    const undone = !onRecord && step === 'Switching' && before.selector[LABEL_REVISION] === asked;
    promise(
      !undone || witness.foreignEdits.has(after.name) || errand.bluegreen.status?.step.name === 'Switching',
      'I3',
      `a switch to ${asked} that is under way is undone by a process that does not know of it`,
    );
    witness.selected.set(after.name, revision);
    witness.foreignEdits.delete(after.name);
    const [holder, second] = this.#cluster.holding(revision);
    if (holder === undefined && witness.removed.has(revision)) return;
    promise(
      holder !== undefined && second === undefined,
      'I2',
      `traffic moves to ${revision}, which is in no one slot`,
    );
    if (holder === undefined || this.#cluster.readyPods(holder.slot, revision) > 0) return;
    const seen = errand.deployments[holder.slot];
    const failed = (witness.crashedAt[holder.slot] ?? 0) > (seen?.status.countedAt ?? Infinity);
    const wanted = [bluegreen.spec.replicas, errand.snapshot.bluegreen.spec.replicas, seen?.replicas];
    const none = wanted.includes(0) || witness.switchReplicas === 0;
    // Where nothing serves anyway, the selector may be put back: traffic comes back with the first pod that recovers.
    const idle = revision === status?.active && !errand.snapshot.endpoints.some(({ ready }) => ready);
    promise(failed || none || idle, 'I2', `traffic moves to ${revision}, which has no ready pod`);
  }

  #fenced(service: ServiceObject): boolean {
    const claims = SLOTS.map((slot) => Number(this.#cluster.status?.slots[slot]?.claim ?? 0));
    return Number(service.fence ?? 0) >= Math.max(...claims);
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
    const seen = errand.service?.selector[LABEL_REVISION];
    if (after.active !== before?.active) {
      const selected = witness.selected.get(errand.bluegreen.spec.services.active);
      // A status that is made anew while both slots are selected may take either for the active one.
      const isEither =
        before?.active === undefined && errand.service?.selector[LABEL_BLUEGREEN] === NAME && seen === undefined;
      const named = isEither || [selected, seen].includes(after.active);
      promise(named, 'I3', `active becomes ${after.active}, but the active selector names ${selected}`);
      this.#confirmed(before, after);
    }
    const decided = after.step.name === 'Switching' && before?.step.name !== 'Switching';
    if (decided && seen !== (after.release?.revision ?? after.target)) this.#switch(errand, before, after);
    witness.statusWritten(before, after, errand.plannedAt);
  }

  /** I3: a switch counts as made only when the EndpointSlices list the old slot no more. */
  #confirmed(before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    if (before?.active === undefined || before.step.name !== 'Switching') return;
    const { services, endpoints } = this.#cluster;
    const { active } = this.#cluster.bluegreen.spec.services;
    // One that is given up for what is asked for now waits for nothing, and what somebody else has written since may be
    // listed already.
    if (after.history[0]?.outcome !== 'Promoted' || this.#witness.foreignEdits.has(active)) return;
    if (services.get(active)?.selector[LABEL_REVISION] !== after.active) return;
    const old = SLOTS.find((slot) => this.#cluster.deployment(slot)?.revision === before.active);
    const listed = endpoints.get(active)?.endpoints.some(({ slot, ready }) => ready && slot === old);
    promise(listed !== true, 'I3', `active becomes ${after.active} while slot ${old} is still listed as ready`);
  }

  /** I5, I6: a switch is put on record only when it is due and asked for. */
  #switch({ snapshot }: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    const { spec } = this.#cluster.bluegreen;
    const revision = after.release?.revision ?? after.target;
    const { soak, tolerance } = this.#witness;
    const ungated =
      before?.active === undefined || after.release?.rollback === true || this.#witness.promotes.has(revision ?? '');
    if (!ungated && soak === undefined) {
      promise(spec.promotion.soakSeconds === 0, 'I5', `a switch to ${revision} is recorded without any soak`);
    } else if (!ungated && soak !== undefined) {
      const left = soak.since + soak.seconds * 1000 - this.#cluster.now - tolerance;
      promise(left <= 0, 'I5', `a switch to ${revision} is recorded ${left / 1000} s before its soak is over`);
    }
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
