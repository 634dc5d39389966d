import type { BlueGreenSpec } from '../../api/bluegreen.ts';
import type { CheckVerdict } from '../../api/checks.ts';
import { SLOTS } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import type { Action, Desired, EndpointView, Plan, PodView, ServiceView, Snapshot, Verdict } from '../types.ts';
import { Cache } from './cache.ts';
import type { Cluster } from './cluster.ts';
import { freeze } from './frozen.ts';
import type { BlueGreenObject, DeploymentObject, EndpointsObject, ServiceObject } from './objects.ts';
import { Measuring } from './measuring.ts';
import type { Ended } from './measuring.ts';
import { isSame } from './same.ts';
import { desiredOf, NAME } from './templates.ts';
import { copyView, endpointsView, recordView, serviceView, slotView } from './views.ts';
import { carryOut, Refused, writeStatus } from './writes.ts';
import type { Effect } from './writes.ts';

/** The function under test. */
export type Planner = (snapshot: Snapshot, now: number) => Plan;

/** A plan that is being carried out. */
export interface Errand {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  /** The BlueGreen that the snapshot was made from. */
  readonly bluegreen: BlueGreenObject;
  /** The Deployments that the snapshot was made from. */
  readonly deployments: Partial<Record<Slot, DeploymentObject>>;
  /** The active Service that the snapshot was made from. */
  readonly service: ServiceObject | undefined;
  /** True time. */
  readonly plannedAt: number;
  /** The next action; when all are done, the status. */
  next: number;
}

/** What one step of a process did. */
export type Step =
  | { kind: 'idle' }
  | { kind: 'refused'; what: string; refusal: Refused }
  | { kind: 'action'; errand: Errand; action: Action; effect: Effect }
  | { kind: 'status'; errand: Errand; before: BlueGreenObject; after: BlueGreenObject };

/** The kinds that a process has a cache of. */
export const KINDS = ['bluegreens', 'services', 'deployments', 'endpoints', 'configs', 'records', 'copies'] as const;
/** One of the kinds that a process has a cache of. */
export type Kind = (typeof KINDS)[number];

/** An operator process: the shell around plan, with a cache of its own for each kind. */
export class Process {
  readonly #cluster: Cluster;
  readonly #planner: Planner;
  readonly #verdicts: Record<string, Verdict> = {};
  readonly #caches;
  /** What was last found to be asked for; `seen` and `contents`: of the ConfigMaps. */
  #lastDesired: { spec: BlueGreenSpec; seen: number; contents: string; desired: Desired } | undefined;
  #announced: string | undefined;
  readonly #measuring = new Measuring();
  #explain: Slot | undefined;
  #rested: { changes: number; now: number } | undefined;
  errand: Errand | undefined;
  lastPlan: Plan | undefined;
  /** How far its clock is ahead of the true one, in ms. */
  skew: number;

  /** `lag`: how many events its first lists are behind. */
  constructor(cluster: Cluster, planner: Planner, options: { lag: number; skew: number }) {
    const { lag } = options;
    this.#cluster = cluster;
    this.#planner = planner;
    this.skew = options.skew;
    this.#caches = {
      // A BlueGreen that has not been seen is not reconciled: the first event is always there.
      bluegreens: new Cache(cluster.bluegreens, Math.min(lag, cluster.bluegreens.log.length - 1)),
      services: new Cache(cluster.services, lag),
      deployments: new Cache(cluster.deployments, lag),
      endpoints: new Cache(cluster.endpoints, lag),
      configs: new Cache(cluster.configs, lag),
      records: new Cache(cluster.records, lag),
      copies: new Cache(cluster.copies, lag),
    };
  }

  get now(): number {
    return this.#cluster.now + this.skew;
  }

  /** To be called when a plan from all there is to see has led to nothing: the next one will not either. */
  rest(): void {
    const wake = this.lastPlan?.requeueAt;
    if (wake === undefined || wake > this.now) this.#rested = { changes: this.#cluster.changes, now: this.now };
  }

  /** Nothing has changed since the process came to rest. */
  get isResting(): boolean {
    return this.#rested?.changes === this.#cluster.changes && this.#rested.now === this.now;
  }

  /** Delivers events of a kind's watch. */
  observe(kind: Kind, count: number): void {
    this.#caches[kind].observe(count);
  }

  observeAll(): void {
    for (const kind of KINDS) this.observe(kind, Infinity);
  }

  /** Ends the oldest measurement that runs, with that verdict or with what is true. */
  endMeasurement(verdict?: CheckVerdict): Ended | undefined {
    const { spoiled } = this.#cluster;
    const truth = (revision: string): CheckVerdict => spoiled.get(revision) ?? 'pass';
    const ended = this.#measuring.end(this.now, ({ revision }) => verdict ?? truth(revision));
    if (ended !== undefined) this.#cluster.touch();
    return ended;
  }

  /** Takes a snapshot and plans; an errand that is still under way is carried on instead. */
  plan(): Errand {
    if (this.errand !== undefined) return this.errand;
    const bluegreen = this.#caches.bluegreens.get(NAME);
    if (bluegreen === undefined) throw new Error('expected the BlueGreen in the cache, found nothing');
    const deployments: Errand['deployments'] = {};
    for (const slot of SLOTS) {
      const deployment = this.#caches.deployments.get(slot);
      if (deployment !== undefined) deployments[slot] = deployment;
    }
    this.#measuring.retain(bluegreen.status);
    const snapshot = freeze(this.#snapshot(bluegreen, deployments));
    const plan = this.#planner(snapshot, this.now);
    this.lastPlan = plan;
    this.#explain = plan.explain;
    const service = this.#caches.services.get(bluegreen.spec.services.active);
    this.errand = { snapshot, plan, bluegreen, deployments, service, plannedAt: this.#cluster.now, next: 0 };
    return this.errand;
  }

  /** Carries out the next action of the errand, or writes its status if all are done. */
  act(): Step {
    const errand = this.errand;
    if (errand === undefined) return { kind: 'idle' };
    const action = errand.plan.actions[errand.next];
    try {
      if (action === undefined) {
        this.errand = undefined;
        const { status } = errand.plan;
        if (isSame(status, errand.bluegreen.status)) return { kind: 'idle' };
        const { before, after } = writeStatus(this.#cluster, freeze(status), errand.bluegreen.resourceVersion);
        this.#caches.bluegreens.assume(after);
        return { kind: 'status', errand, before, after };
      }
      errand.next += 1;
      if (action.kind === 'measure') {
        const began = this.#measuring.begin(action);
        return began ? { kind: 'action', errand, action, effect: { kind: 'measurement' } } : { kind: 'idle' };
      }
      const effect = carryOut(this.#cluster, action, errand.snapshot);
      this.#assume(effect);
      if (action.kind === 'signal' && action.traffic === 'leaving')
        this.#announced = errand.bluegreen.status?.step.since;
      return { kind: 'action', errand, action, effect };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.errand = undefined;
      return { kind: 'refused', what: action?.kind ?? 'status', refusal: error };
    }
  }

  #assume(effect: Effect): void {
    if (effect.kind === 'verdict') {
      const { revision, accepted } = effect;
      this.#verdicts[revision] = accepted ? { accepted } : { accepted, message: 'spec.containers: Required value' };
    } else if (effect.kind === 'deployment') this.#caches.deployments.assume(effect.after);
    else if (effect.kind === 'service') this.#caches.services.assume(effect.after);
    else if (effect.kind === 'record' && effect.after !== undefined) this.#caches.records.assume(effect.after);
    else if (effect.kind === 'copy' && effect.after !== undefined) this.#caches.copies.assume(effect.after);
  }

  #snapshot(bluegreen: BlueGreenObject, deployments: Errand['deployments']): Snapshot {
    const { generation, spec, status } = bluegreen;
    const { services, endpoints, records, copies } = this.#caches;
    const slots: Snapshot['slots'] = {};
    for (const deployment of Object.values(deployments)) slots[deployment.slot] = slotView(deployment);
    return {
      bluegreen: { name: NAME, namespace: 'default', generation, deleting: false, spec, status },
      desired: this.#desired(bluegreen),
      services: {
        active: serviceOf(services.get(spec.services.active)),
        preview: spec.services.preview === undefined ? undefined : serviceOf(services.get(spec.services.preview)),
      },
      slots,
      endpoints: endpointsOf(endpoints.get(spec.services.active)),
      records: records.list().map(recordView),
      copies: copies
        .list()
        .filter(({ owners }) => owners.includes(NAME))
        .map(copyView),
      pods: this.#explain === undefined ? undefined : this.#unreadyPods(this.#explain),
      verdicts: { ...this.#verdicts },
      measurements: this.#measuring.views,
      announced: this.#announced,
    };
  }

  #desired({ spec }: BlueGreenObject): Desired {
    const { configs } = this.#caches;
    const known = this.#lastDesired;
    if (known?.spec === spec && known.seen === configs.changes) return known.desired;
    const contents = JSON.stringify(configs.list().map(({ name, content }) => [name, content]));
    const changedAt = this.#contentChangedAt(contents);
    const desired = desiredOf(spec, (name) => configs.get(name)?.content, changedAt);
    this.#lastDesired = { spec, seen: configs.changes, contents, desired: freeze(desired) };
    return desired;
  }

  #contentChangedAt(contents: string): number {
    const known = this.#lastDesired;
    if (known === undefined) return 0;
    return known.contents === contents ? known.desired.configChangedAt : this.now;
  }

  #unreadyPods(slot: Slot): PodView[] {
    return this.#cluster.pods
      .filter((pod) => pod.slot === slot && !pod.ready)
      .map((pod) => ({ name: `${NAME}-${slot}-${pod.id}`, slot, trouble: 'container demo is not ready' }));
  }
}

const serviceOf = (service: ServiceObject | undefined): ServiceView | undefined => service && serviceView(service);

const NO_ENDPOINTS: EndpointView[] = [];

const endpointsOf = (object: EndpointsObject | undefined): EndpointView[] =>
  object === undefined ? NO_ENDPOINTS : endpointsView(object);
