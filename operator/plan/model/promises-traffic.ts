import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { bothSelector, LABEL_BLUEGREEN, LABEL_REVISION, revisionSelector, SLOTS } from '../../api/names.ts';
import { promise } from './broken-promise.ts';
import type { Cluster } from './cluster.ts';
import type { ServiceObject } from './objects.ts';
import type { Errand } from './process.ts';
import { isSame } from './same.ts';
import { NAME } from './templates.ts';
import { BOTH } from './witness.ts';
import type { Witness } from './witness.ts';

/** I2, I3: traffic moves only to a whole slot, and only while that switch is on record. */
export class TrafficPromises {
  readonly #cluster: Cluster;
  readonly #witness: Witness;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
  }

  /** Judges a write of the active Service. */
  written(errand: Errand, before: ServiceObject, after: ServiceObject): void {
    // A Service that the spec has just ceased to name is nobody's any more.
    if (isSame(before.selector, after.selector) || after !== this.#cluster.activeService) return;
    if (isSame(after.selector, bothSelector(NAME))) {
      this.#both(errand, before);
      this.#selected(after.name, BOTH);
      return;
    }
    const revision = after.selector[LABEL_REVISION] ?? '';
    promise(isSame(after.selector, revisionSelector(NAME, revision)), 'I3', 'the selector is not a revision');
    this.#one(errand, before, revision);
    this.#selected(after.name, revision);
    this.#ready(errand, revision);
  }

  /** Judges a status that names another active revision. */
  confirmed(errand: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    if (after.active === before?.active) return;
    if (after.active === undefined) {
      const isThere = this.#cluster.holding(before?.active ?? '').length > 0;
      promise(!isThere, 'I3', `${before?.active} is active no more, though a slot holds it`);
      return;
    }
    const selected = this.#witness.selected.get(errand.bluegreen.spec.services.active);
    const { [LABEL_BLUEGREEN]: name, [LABEL_REVISION]: seen } = errand.service?.selector ?? {};
    // A status that is made anew while both slots are selected may take either for the active one.
    const isEither = before?.active === undefined && name === NAME && seen === undefined;
    const named = isEither || [selected, seen].includes(after.active);
    promise(named, 'I3', `active becomes ${after.active}, but the active selector names ${selected}`);
    this.#alone(errand, before, after);
    this.#witness.selected.set(errand.bluegreen.spec.services.active, after.active);
  }

  get #asked(): string | undefined {
    return this.#cluster.status?.release?.revision ?? this.#cluster.status?.target;
  }

  #selected(service: string, what: string): void {
    this.#witness.selected.set(service, what);
    this.#witness.foreignEdits.delete(service);
  }

  /** Both slots are selected only in an overlap, and only when both are ready. */
  #both(errand: Errand, before: ServiceObject): void {
    const { status } = this.#cluster;
    const step = status?.step.name;
    const isOnRecord = step === 'Overlapping' || (step === 'Abandoning' && !this.#fenced(before));
    promise(isOnRecord, 'I3', `traffic moves to both slots while the step is ${step}`);
    for (const revision of [this.#asked, status?.active]) this.#ready(errand, revision ?? 'nothing');
    this.#witness.overlap = { since: this.#cluster.now, seconds: this.#cluster.bluegreen.spec.switch.overlapSeconds };
  }

  #one(errand: Errand, before: ServiceObject, revision: string): void {
    const { status } = this.#cluster;
    const step = status?.step.name;
    const asked = this.#asked;
    const onRecord = revision === asked && (step === 'Switching' || (step === 'Abandoning' && !this.#fenced(before)));
    promise(
      onRecord || revision === status?.active,
      'I3',
      `traffic moves to ${revision} while the step is ${step} to ${asked}, active ${status?.active}`,
    );
    const undone = !onRecord && step === 'Switching' && before.selector[LABEL_REVISION] === asked;
    promise(
      !undone || this.#witness.foreignEdits.has(before.name) || errand.bluegreen.status?.step.name === 'Switching',
      'I3',
      `a switch to ${asked} that is under way is undone by a process that does not know of it`,
    );
  }

  #ready(errand: Errand, revision: string): void {
    const { status, bluegreen } = this.#cluster;
    const witness = this.#witness;
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

  /** A switch counts as made only when the EndpointSlices list the old slot no more. */
  #alone(errand: Errand, before: BlueGreenStatus | undefined, after: BlueGreenStatus): void {
    if (before?.active === undefined || before.step.name !== 'Switching') return;
    const { services, endpoints } = this.#cluster;
    const { active } = this.#cluster.bluegreen.spec.services;
    // One that is given up for what is asked for now waits for nothing, and what somebody else has written since may be
    // listed already.
    const edited = this.#witness.lastForeignEdits.get(active) ?? 0;
    const [entry] = after.history;
    const isGivenUp = entry?.outcome === 'Failed' && entry.startedAt === before.release?.startedAt;
    if (isGivenUp || edited > (errand.service?.resourceVersion ?? 0)) return;
    if (services.get(active)?.selector[LABEL_REVISION] !== after.active) return;
    const old = SLOTS.find((slot) => this.#cluster.deployment(slot)?.revision === before.active);
    const listed = endpoints.get(active)?.endpoints.some(({ slot, ready }) => ready && slot === old);
    promise(listed !== true, 'I3', `active becomes ${after.active} while slot ${old} is still listed as ready`);
  }
}
