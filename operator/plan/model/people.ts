import type { BlueGreenSpec, Decision } from '../../api/bluegreen.ts';
import { LABEL_BLUEGREEN, otherSlot, revisionSelector, SLOTS } from '../../api/names.ts';
import { toTime } from '../time.ts';
import { checksOf } from './checks.ts';
import { SERVICES, START } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import type { Command, FIELDS } from './commands.ts';
import { NAME, podTemplate } from './templates.ts';
import type { Witness } from './witness.ts';

type Mutation = (spec: BlueGreenSpec, value: number) => BlueGreenSpec;

const MUTATIONS: Record<(typeof FIELDS)[number], Mutation> = {
  replicas: (spec, replicas) => ({ ...spec, replicas }),
  soak: (spec, soakSeconds) => ({ ...spec, promotion: { ...spec.promotion, soakSeconds } }),
  retire: (spec, retireAfterSeconds) => ({ ...spec, switch: { ...spec.switch, retireAfterSeconds } }),
  deadline: (spec, progressDeadlineSeconds) => ({ ...spec, progressDeadlineSeconds }),
  quiet: (spec, quietSeconds) => ({ ...spec, config: { ...spec.config, quietSeconds } }),
  limit: (spec, revisionHistoryLimit) => ({ ...spec, revisionHistoryLimit }),
  preview: (spec, value) => {
    const { active } = spec.services;
    return { ...spec, services: value > 0 ? { active, preview: SERVICES.preview } : { active } };
  },
  service: (spec, value) => ({
    ...spec,
    services: { ...spec.services, active: value > 0 ? SERVICES.other : SERVICES.active },
  }),
  overlap: (spec, overlapSeconds) => ({ ...spec, switch: { ...spec.switch, overlapSeconds } }),
  mode: (spec, value) => ({
    ...spec,
    promotion: { ...spec.promotion, mode: value > 0 ? 'Manual' : 'Automatic' },
  }),
  size: (spec, value) => ({ ...spec, preview: value > 0 ? { replicas: value } : {} }),
  before: (spec, value) => ({ ...spec, checks: { ...spec.checks, before: checksOf(value) } }),
  after: (spec, value) => ({
    ...spec,
    checks: { ...spec.checks, after: { ...spec.checks.after, checks: checksOf(value) } },
  }),
  window: (spec, windowSeconds) => ({
    ...spec,
    checks: { ...spec.checks, after: { ...spec.checks.after, windowSeconds } },
  }),
  exclude: (spec, value) => ({ ...spec, config: { ...spec.config, exclude: value > 0 ? ['a'] : [] } }),
};

/** What people and other controllers do to the objects. */
export class People {
  readonly #cluster: Cluster;
  readonly #witness: Witness;

  constructor(cluster: Cluster, witness: Witness) {
    this.#cluster = cluster;
    this.#witness = witness;
  }

  edit(change: (spec: BlueGreenSpec) => BlueGreenSpec): void {
    this.#cluster.editSpec(change);
    this.#witness.specEdited();
  }

  field({ name, value }: Extract<Command, { do: 'field' }>): void {
    this.edit((spec) => MUTATIONS[name](spec, value));
  }

  template(id: number): void {
    this.edit((spec) => ({ ...spec, template: podTemplate(id) }));
  }

  decide({ action, of, to }: Extract<Command, { do: 'decide' }>): void {
    const { desired, status } = this.#cluster;
    const stale = `${NAME}-stale`;
    const revision = { desired: desired.revision, active: status?.active, stale }[of];
    if (revision === undefined) return;
    const oldest = this.#cluster.records.list().toSorted((a, b) => a.number - b.number)[0]?.name;
    const named = { default: undefined, older: oldest, stale }[to];
    const decision: Decision = { revision, action };
    if (action === 'Rollback' && named !== undefined) decision.to = named;
    if (action === 'Retry' && to !== 'default') decision.requestedAt = toTime(START + this.#cluster.version);
    this.edit((spec) => ({ ...spec, decision }));
  }

  undecide(): void {
    this.edit((old) => {
      const spec = { ...old };
      delete spec.decision;
      return spec;
    });
  }

  loseStatus(): void {
    const { bluegreen, bluegreens } = this.#cluster;
    if (bluegreen.status === undefined) return;
    bluegreens.put({ ...bluegreen, status: undefined, resourceVersion: this.#cluster.next() });
    this.#witness.statusLost = true;
    this.#witness.checks.forget();
    this.#witness.retiring = undefined;
    this.#witness.soak = undefined;
  }

  config(name: string, content: number): void {
    const { configs } = this.#cluster;
    if (configs.get(name)?.content === content) return;
    configs.put({ name, resourceVersion: this.#cluster.next(), content });
  }

  removeConfig(name: string): void {
    this.#cluster.configs.delete(name, this.#cluster.next());
  }

  removeService(role: 'active' | 'preview'): void {
    this.#cluster.services.delete(this.#service(role), this.#cluster.next());
  }

  createService(role: 'active' | 'preview'): void {
    const name = this.#service(role);
    if (this.#cluster.services.get(name) !== undefined) return;
    this.#cluster.services.put({ name, resourceVersion: this.#cluster.next(), selector: {} });
    this.#witness.selectorEdited(name);
  }

  /** A foreign edit of a Service's selector. */
  hijack({ role, selector: kind }: Extract<Command, { do: 'hijack' }>): void {
    const { services, status } = this.#cluster;
    const service = services.get(this.#service(role));
    if (service === undefined) return;
    const activeSlot = SLOTS.find((slot) => this.#cluster.deployment(slot)?.revision === status?.active);
    const other = activeSlot === undefined ? undefined : this.#cluster.deployment(otherSlot(activeSlot))?.revision;
    const selector = {
      else: { app: 'other' },
      nothing: {},
      bare: { [LABEL_BLUEGREEN]: NAME },
      other: revisionSelector(NAME, other ?? `${NAME}-stale`),
    }[kind];
    services.put({ ...service, selector, selectorManager: 'kubectl-edit', resourceVersion: this.#cluster.next() });
    this.#witness.selectorEdited(service.name);
  }

  removeCopy(index: number): void {
    const name = this.#copy(index);
    if (name === undefined) return;
    this.#cluster.copies.delete(name, this.#cluster.next());
    this.#witness.lost.add(name);
  }

  /** Another BlueGreen becomes, or ceases to be, an owner of a copy. */
  shareCopy(index: number, share: boolean): void {
    const copy = this.#cluster.copies.get(this.#copy(index) ?? '');
    if (copy === undefined) return;
    const owners = [...copy.owners.filter((owner) => owner !== 'other'), ...(share ? ['other'] : [])];
    const { copies } = this.#cluster;
    if (owners.length === 0) copies.delete(copy.name, this.#cluster.next());
    else if (owners.length !== copy.owners.length) {
      copies.put({ ...copy, owners, resourceVersion: this.#cluster.next() });
    }
  }

  #service(role: 'active' | 'preview'): string {
    return role === 'active' ? this.#cluster.bluegreen.spec.services.active : SERVICES.preview;
  }

  #copy(index: number): string | undefined {
    const copies = this.#cluster.copies.list();
    return copies[index % Math.max(1, copies.length)]?.name;
  }
}
