import type { ConfigRolloutSpec, ConfigRolloutStatus } from '../../api/configrollout.ts';
import { grantedVersion } from '../../api/grants.ts';
import { planRollout } from './plan.ts';
import type { ConsumerState, ConsumerView, RolloutAction, RolloutPlan, RolloutSnapshot } from './types.ts';

/** A consumer as it really is. */
export interface Villager {
  has: string | undefined;
  /** The version that it is being brought to. */
  releasing?: string | undefined;
  failed?: string | undefined;
  busy?: boolean;
}

/** `spec` with its defaults. */
export const specOf = (part: Partial<ConfigRolloutSpec> = {}): ConfigRolloutSpec => ({
  source: { configMap: 'shared', quietSeconds: 0 },
  consumers: { selector: {} },
  waves: { maxConcurrent: 2, soakSeconds: 0 },
  onFailure: 'Pause',
  progressDeadlineSeconds: 600,
  paused: false,
  ...part,
});

/** A small world for the plan of a rollout: consumers that do only what is on record, and a clock. */
export class Village {
  spec: ConfigRolloutSpec;
  status: ConfigRolloutStatus | undefined;
  source: string | undefined = 'one';
  governedBy: string | undefined;
  now = 1_000_000;
  seenAt = 0;
  readonly consumers = new Map<string, Villager>();
  readonly copies = new Map<string, boolean>();
  /** Versions with which a consumer does not come up. */
  readonly bad = new Set<string>();
  readonly events: string[] = [];
  /** The most releases that were ever under way at the same time. */
  most = 0;

  constructor(count: number, spec: Partial<ConfigRolloutSpec> = {}) {
    this.spec = specOf(spec);
    for (let number = 0; number < count; number += 1) {
      this.consumers.set(`BlueGreen/web-${String(number).padStart(2, '0')}`, { has: 'one' });
    }
    this.copies.set('one', false);
  }

  /** How many have that version. */
  having(version: string): number {
    return [...this.consumers.values()].filter(({ has }) => has === version).length;
  }

  /** How a consumer is with what it is granted. */
  stateOf(id: string): ConsumerState {
    const { has, releasing, failed } = this.consumers.get(id) ?? { has: undefined };
    const version = this.versionFor(id);
    if (failed === version) return { kind: 'failed', message: 'its pods crash' };
    if (failed !== undefined) return { kind: 'working', message: 'to take notice', limited: false };
    if (has === version && releasing === undefined) return { kind: 'healthy' };
    return { kind: 'working', message: 'its pods', limited: false };
  }

  versionFor(id: string): string | undefined {
    return (this.status && grantedVersion(this.status, id)) ?? this.consumers.get(id)?.has ?? this.status?.current;
  }

  /** What is known of the consumers; `seen` gives what a cache says otherwise. */
  view(seen: (id: string) => ConsumerState | undefined = () => undefined): ConsumerView[] {
    return [...this.consumers].map(([id, { has, busy = false }]) => {
      const state = seen(id) ?? this.stateOf(id);
      return { id, holds: has, state, busy };
    });
  }

  /** A plan from what is known, which may be older than the truth. */
  plan(consumers = this.view()): RolloutPlan {
    const snapshot: RolloutSnapshot = {
      rollout: { name: 'r', namespace: 'n', generation: 1, deleting: false, spec: this.spec, status: this.status },
      source: this.source === undefined ? undefined : { version: this.source, seenAt: this.seenAt },
      consumers,
      governedBy: this.governedBy,
      copies: [...this.copies].map(([version, owned]) => ({ version, owned })),
    };
    return planRollout(snapshot, this.now);
  }

  /** Carries a plan out, as the shell does. False when an action was refused, so that no status is written. */
  carryOut(plan: RolloutPlan): boolean {
    if (!this.carryOutAndDie(plan)) return false;
    this.status = plan.status;
    return true;
  }

  /** The same, by one who dies before the status is written. */
  carryOutAndDie({ actions }: RolloutPlan): boolean {
    return actions.every((action) => this.#execute(action));
  }

  #execute(action: RolloutAction): boolean {
    if (action.kind === 'copyVersion') this.copies.set(action.version, true);
    if (action.kind === 'releaseVersion') this.copies.delete(action.version);
    if (action.kind === 'event') this.events.push(action.reason);
    return action.kind !== 'confirm' || action.consumers.every((id) => this.stateOf(id).kind === 'healthy');
  }

  /** Plans until nothing changes any more. */
  settle(): ConfigRolloutStatus {
    for (let passes = 0; passes < 20; passes += 1) {
      const before = JSON.stringify(this.status);
      const plan = this.plan();
      if (!this.carryOut(plan)) throw new Error('Expected every action to be possible');
      if (JSON.stringify(this.status) === before && plan.status !== undefined) return plan.status;
    }
    throw new Error('Expected the plan to come to rest');
  }

  /** A consumer looks at what it may use, and begins or ends a release. */
  act(id: string): void {
    const consumer = this.consumers.get(id);
    const version = this.versionFor(id);
    if (consumer === undefined) return;
    if (consumer.failed !== undefined && consumer.failed !== version) delete consumer.failed;
    if (consumer.releasing !== undefined && consumer.releasing !== version) delete consumer.releasing;
    if (consumer.releasing !== undefined) {
      if (this.bad.has(consumer.releasing)) consumer.failed = consumer.releasing;
      else consumer.has = consumer.releasing;
      delete consumer.releasing;
    } else if (version !== consumer.has && consumer.failed === undefined) {
      if (version !== undefined && version !== 'absent' && !this.copies.has(version)) {
        throw new Error(`Expected a copy of ${version} before it is granted`);
      }
      consumer.releasing = version;
    }
    const under = [...this.consumers.values()].filter(
      ({ releasing, has }) => releasing !== undefined && has !== undefined,
    );
    this.most = Math.max(this.most, under.length);
  }

  /** Everybody acts until nothing moves, without anyone planning. */
  actAll(): void {
    for (let round = 0; round < 3; round += 1) for (const id of this.consumers.keys()) this.act(id);
  }

  /** Plans and acts until all is at rest. */
  rest(): ConfigRolloutStatus {
    for (let rounds = 0; rounds < 500; rounds += 1) {
      const before = JSON.stringify([this.status, [...this.consumers]]);
      this.settle();
      this.actAll();
      if (JSON.stringify([this.status, [...this.consumers]]) === before) return this.settle();
    }
    throw new Error('Expected everything to come to rest');
  }
}
