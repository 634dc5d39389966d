import type { CheckVerdict } from '../../api/checks.ts';
import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Slot } from '../../api/names.ts';
import type { Desired } from '../types.ts';
import { Collection } from './collection.ts';
import type {
  BlueGreenObject,
  ConfigObject,
  CopyObject,
  DeploymentObject,
  EndpointsObject,
  Pod,
  RecordObject,
  ReplicaSet,
  ServiceObject,
} from './objects.ts';
import { isSame } from './same.ts';
import { desiredOf, NAME, podTemplate } from './templates.ts';

/** The names of the Services: the active one, another one that may become it, and the preview one. */
export const SERVICES = { active: 'demo', other: 'demo-other', preview: 'demo-preview' } as const;

/** Where the true clock starts. */
export const START = Date.parse('2026-01-01T00:00:00.000Z');

const INITIAL_SPEC: BlueGreenSpec = {
  replicas: 2,
  template: podTemplate(0),
  services: { active: SERVICES.active, preview: SERVICES.preview },
  config: { secrets: 'Follow', exclude: [], quietSeconds: 0 },
  preview: {},
  promotion: { mode: 'Automatic', soakSeconds: 0 },
  checks: { before: [], after: { windowSeconds: 60, checks: [] } },
  switch: { overlapSeconds: 0, retireAfterSeconds: 30 },
  progressDeadlineSeconds: 60,
  revisionHistoryLimit: 3,
  paused: false,
};

/** The true state of the model: the API server's objects, the pods, and the clock. */
export class Cluster {
  readonly bluegreens = new Collection<BlueGreenObject>();
  readonly services = new Collection<ServiceObject>();
  readonly deployments = new Collection<DeploymentObject>();
  readonly endpoints = new Collection<EndpointsObject>();
  readonly configs = new Collection<ConfigObject>();
  readonly records = new Collection<RecordObject>();
  readonly copies = new Collection<CopyObject>();
  replicaSets: ReplicaSet[] = [];
  pods: Pod[] = [];
  /** Revisions whose pods cannot become ready any more, by a fault of their own. */
  readonly broken = new Set<string>();
  /** What every check says of some revisions. Of all others it says that they are right. */
  readonly spoiled = new Map<string, CheckVerdict>();
  /** Milliseconds since the epoch. */
  now = START;
  /** The newest resourceVersion; it also numbers the pods and their crashes. */
  version = 0;
  #touched = 0;

  constructor() {
    this.bluegreens.put({ name: NAME, resourceVersion: this.next(), generation: 1, spec: INITIAL_SPEC });
    for (const name of Object.values(SERVICES)) {
      this.services.put({ name, resourceVersion: this.next(), selector: {} });
    }
    this.configs.put({ name: 'a', resourceVersion: this.next(), content: 0 });
  }

  next(): number {
    return ++this.version;
  }

  /** To be called when something changes that has no version: pods, ReplicaSets, what is broken. */
  touch(): void {
    this.#touched += 1;
  }

  /** A number that grows with every change of anything but the clock. */
  get changes(): number {
    return this.version + this.#touched;
  }

  get bluegreen(): BlueGreenObject {
    const bluegreen = this.bluegreens.get(NAME);
    if (bluegreen === undefined) throw new Error('expected the BlueGreen to exist, found nothing');
    return bluegreen;
  }

  get status(): BlueGreenStatus | undefined {
    return this.bluegreen.status;
  }

  get activeService(): ServiceObject | undefined {
    return this.services.get(this.bluegreen.spec.services.active);
  }

  deployment(slot: Slot): DeploymentObject | undefined {
    return this.deployments.get(slot);
  }

  /** The Deployments whose template is of that revision. */
  holding(revision: string): DeploymentObject[] {
    return this.deployments.list().filter((deployment) => deployment.revision === revision);
  }

  /** What the spec asks for in truth. */
  get desired(): Desired {
    return desiredOf(this.bluegreen.spec, (name) => this.configs.get(name)?.content, 0);
  }

  /** An edit of the spec, as a person makes it: no precondition. */
  editSpec(change: (spec: BlueGreenSpec) => BlueGreenSpec): void {
    const old = this.bluegreen;
    const spec = change(old.spec);
    if (isSame(spec, old.spec)) return;
    this.bluegreens.put({ ...old, spec, generation: old.generation + 1, resourceVersion: this.next() });
  }

  /** Pods of a slot and a revision that are ready. */
  readyPods(slot: Slot, revision: string): number {
    return this.pods.filter((pod) => pod.slot === slot && pod.revision === revision && pod.ready).length;
  }
}
