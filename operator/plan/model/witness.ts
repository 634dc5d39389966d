import type { BlueGreenStatus, StepName } from '../../api/bluegreen.ts';
import { FIELD_MANAGER, LABEL_BLUEGREEN, LABEL_REVISION } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { CheckWitness } from './check-witness.ts';
import type { Cluster } from './cluster.ts';
import type { ServiceObject } from './objects.ts';
import type { Errand } from './process.ts';
import { NAME } from './templates.ts';

/** A slot that has lost the traffic and must stay whole for a while. */
export interface Retiring {
  revision: string;
  /** True time at which it lost the traffic. */
  since: number;
  /** The shortest `retireAfterSeconds` that the spec has asked for since. */
  seconds: number;
}

/** Stands for the revisions of both slots, where a selector names none. */
export const BOTH = '*';

/** Steps from which a soak begins anew. */
const UNSOAKED: ReadonlySet<string> = new Set<StepName>(['Stable', 'Waiting', 'Filling']);

/** Steps in which traffic is moved. */
const MOVING: ReadonlySet<string> = new Set<StepName>(['Overlapping', 'Switching']);

/** What the true history of the cluster tells beyond its present state: what promises about the past are judged by. */
export class Witness {
  readonly #cluster: Cluster;
  /** The version of the cluster at which a pod of that slot last failed by itself. */
  readonly crashedAt: Partial<Record<Slot, number>> = {};
  /** Revisions of which a pod has failed by itself. */
  readonly crashed = new Set<string>();
  /** Revisions of Deployments that someone else deleted. */
  readonly removed = new Set<string>();
  /** Copies that someone else deleted. */
  readonly lost = new Set<string>();
  /** Revisions that a decision of the spec named for Abort, ever. */
  readonly aborts = new Set<string>();
  /** Revisions that a decision of the spec named for Promote, ever. */
  readonly promotes = new Set<string>();
  /** The revision (or BOTH) that the operator last selected, or found to be selected by others, by the Service's name. */
  readonly selected = new Map<string, string>();
  /** The version of the last foreign edit of a Service's selector, by its name, until the operator writes it again. */
  readonly foreignEdits = new Map<string, number>();
  /** The same, also after the operator has written it again. */
  readonly lastForeignEdits = new Map<string, number>();
  readonly checks = new CheckWitness();
  retiring: Retiring | undefined;
  /** True time at which both slots were selected, and the shortest overlap that the spec has asked for since. */
  overlap: { since: number; seconds: number } | undefined;
  /** Status was lost at some time, and with it what pods were told. */
  statusLost = false;
  /** True time at which the release left Filling, when its soak began, and the shortest soak that the spec has asked for since. */
  soak: { since: number; seconds: number } | undefined;
  /** `spec.replicas` when the switch under way was recorded. */
  switchReplicas = 0;
  /** The earliest and the latest that any process's clock has been, against the true one, in ms. */
  #skew = { least: 0, most: 0 };

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  skewed(ms: number): void {
    this.#skew = { least: Math.min(this.#skew.least, ms), most: Math.max(this.#skew.most, ms) };
  }

  /** By how much two clocks may differ, in ms. */
  get tolerance(): number {
    return this.#skew.most - this.#skew.least;
  }

  /** To be called after every edit of the spec. */
  specEdited(): void {
    const { decision, promotion, switch: move } = this.#cluster.bluegreen.spec;
    if (decision?.action === 'Abort') this.aborts.add(decision.revision);
    if (this.retiring !== undefined) {
      this.retiring.seconds = Math.min(this.retiring.seconds, move.retireAfterSeconds);
    }
    if (this.overlap !== undefined) this.overlap.seconds = Math.min(this.overlap.seconds, move.overlapSeconds);
    if (decision?.action === 'Promote') this.promotes.add(decision.revision);
    if (this.soak !== undefined) this.soak.seconds = Math.min(this.soak.seconds, promotion.soakSeconds);
  }

  /** Somebody else has written the selector of that Service. */
  selectorEdited(service: string): void {
    this.foreignEdits.set(service, this.#cluster.version);
    this.lastForeignEdits.set(service, this.#cluster.version);
  }

  /** A pod of that slot failed by itself. */
  podFailed(slot: Slot, revision: string): void {
    this.crashedAt[slot] = this.#cluster.next();
    this.crashed.add(revision);
  }

  /** To be called after every write of status. */
  statusWritten(before: BlueGreenStatus | undefined, after: BlueGreenStatus, plannedAt: number): void {
    const { bluegreen } = this.#cluster;
    const { promotion, switch: move, replicas, checks } = bluegreen.spec;
    this.checks.statusWritten(before, after, plannedAt, checks.after.windowSeconds);
    if (after.active === undefined || after.active === this.retiring?.revision) this.retiring = undefined;
    const left = before?.active === after.active ? undefined : before?.active;
    if (left !== undefined && this.#cluster.holding(left).some((deployment) => deployment.replicas > 0)) {
      this.retiring = { revision: left, since: plannedAt, seconds: move.retireAfterSeconds };
    }
    if (this.retiring !== undefined && after.step.name !== before?.step.name) {
      // The old slot is kept as long as the new one is checked; its retire time begins only then.
      if (after.step.name === 'Verifying') this.retiring.since = Infinity;
      if (after.step.name === 'Retiring' && this.retiring.since === Infinity) this.retiring.since = plannedAt;
    }
    if (UNSOAKED.has(after.step.name) || before?.release?.startedAt !== after.release?.startedAt) this.soak = undefined;
    else if (this.soak === undefined) {
      this.soak = { since: plannedAt, seconds: promotion.soakSeconds };
    }
    if (MOVING.has(after.step.name) && !MOVING.has(before?.step.name ?? '')) this.switchReplicas = replicas;
    if (!MOVING.has(after.step.name)) this.overlap = undefined;
  }

  /**
   * The revision that the live selector names, of the Service that the process knows as the active one, as far as it
   * could know of foreign edits.
   */
  selectedFor(errand: Errand): string | undefined {
    const { active } = errand.bluegreen.spec.services;
    const service = this.#cluster.services.get(active);
    if (service === undefined) return undefined;
    const known =
      service.selectorManager === FIELD_MANAGER ||
      (errand.service?.resourceVersion ?? 0) >= (this.foreignEdits.get(active) ?? 0);
    if (known) return selectedBy(service);
    // It may know of an earlier foreign edit.
    const { service: seen } = errand;
    const isForeign = seen?.selectorManager !== undefined && seen.selectorManager !== FIELD_MANAGER;
    return isForeign ? selectedBy(seen) : this.selected.get(active);
  }
}

const selectedBy = ({ selector }: ServiceObject): string | undefined => {
  const { [LABEL_BLUEGREEN]: name, [LABEL_REVISION]: revision } = selector;
  return revision ?? (name === NAME ? BOTH : undefined);
};
