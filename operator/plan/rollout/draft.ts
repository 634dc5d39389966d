import type { ConfigRolloutStatus, RolloutOutcome, RolloutStep, RolloutStepName } from '../../api/configrollout.ts';
import { ROLLOUT_HISTORY_LIMIT } from '../../api/configrollout.ts';
import { toGrants, versionsByConsumer } from '../../api/grants.ts';
import { ABSENT } from '../../api/revision.ts';
import { UNPINNED } from '../../api/version.ts';
import { toTime } from '../time.ts';
import type { ConsumerView, RolloutAction, RolloutSnapshot } from './types.ts';

const emptyStatus = (now: number): ConfigRolloutStatus => ({
  observedGeneration: -1,
  granted: [],
  step: { name: 'Stable', since: toTime(now) },
  consumers: { total: 0, updated: 0, atWork: 0 },
  conditions: [],
  history: [],
});

/** The plan of a rollout while it is being made: what has been decided so far, on top of the status on record. */
export class RolloutDraft {
  readonly snapshot: RolloutSnapshot;
  readonly now: number;
  readonly status: ConfigRolloutStatus;
  readonly actions: RolloutAction[] = [];
  /** Which version each consumer may use. */
  readonly versions: Map<string, string>;
  readonly #before: ReadonlyMap<string, string>;
  requeueAt: number | undefined;
  problem: { reason: string; message: string } | undefined;

  constructor(snapshot: RolloutSnapshot, now: number) {
    this.snapshot = snapshot;
    this.now = now;
    this.status = snapshot.rollout.status ? structuredClone(snapshot.rollout.status) : emptyStatus(now);
    delete this.status.step.waitingFor;
    this.#before = versionsByConsumer(this.status.granted);
    this.versions = new Map(this.#before);
  }

  get spec(): RolloutSnapshot['rollout']['spec'] {
    return this.snapshot.rollout.spec;
  }

  /** The consumers that do not have the target yet. */
  get remaining(): ConsumerView[] {
    const { target } = this.status;
    return this.snapshot.consumers.filter(({ id }) => this.versions.has(id) && this.versions.get(id) !== target);
  }

  /**
   * The consumers whose version does not serve healthily yet: those of the present wave, and any that had the target
   * and lost its health since.
   */
  get atWork(): ConsumerView[] {
    const { wave, target, current } = this.status;
    const counts = ({ id }: ConsumerView): boolean =>
      wave?.consumers.includes(id) === true || (target !== current && this.versions.get(id) === target);
    // What is known of one that has just been given another version is about the one before.
    const isWorking = ({ id, state }: ConsumerView): boolean =>
      state.kind !== 'healthy' || this.#before.get(id) !== this.versions.get(id);
    return this.snapshot.consumers.filter((consumer) => counts(consumer) && isWorking(consumer));
  }

  /** Come back at that time at the latest. */
  wake(at: number): void {
    this.requeueAt = Math.min(this.requeueAt ?? Infinity, at);
  }

  /** Say why nothing moves. The first sentence of a plan stands: it is the nearest cause. */
  waitFor(sentence: string): void {
    this.status.step.waitingFor ??= sentence;
  }

  /** Say that nothing will move until somebody changes something. */
  stall(reason: string, message: string): void {
    this.problem ??= { reason, message };
    this.waitFor(message);
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.actions.push({ kind: 'event', type, reason, message });
  }

  enter(name: RolloutStepName, limitSeconds?: number): void {
    const step: RolloutStep = { name, since: toTime(this.now) };
    if (limitSeconds !== undefined) {
      step.deadline = toTime(this.now + limitSeconds * 1000);
      this.wake(this.now + limitSeconds * 1000);
    }
    this.status.step = step;
    this.wake(this.now);
  }

  /** Let a consumer use a version. It acts when this is on record. */
  grant(id: string, version: string): void {
    this.versions.set(id, version);
  }

  /** See to it that a version has its copy before anybody may use it. False when it cannot be had. */
  ensureCopy(version: string): boolean {
    const { copies, source, rollout } = this.snapshot;
    const copy = copies.find((one) => one.version === version);
    if (version === ABSENT || version === UNPINNED || copy?.owned === true) return true;
    if (copy === undefined && source?.version !== version) {
      this.stall(
        'VersionLost',
        `version ${version} of ConfigMap ${rollout.spec.source.configMap} is gone: no copy of it is left`,
      );
      return false;
    }
    const isPlanned = this.actions.some((action) => action.kind === 'copyVersion' && action.version === version);
    if (!isPlanned) this.actions.push({ kind: 'copyVersion', version });
    return true;
  }

  /** End the rollout that is under way, if there is one, and keep it in the history. */
  endRollout(version: string, outcome: RolloutOutcome, message: string): void {
    const { startedAt, wave, history } = this.status;
    if (startedAt === undefined) return;
    const endedAt = toTime(this.now);
    const entry = { version, outcome, message, startedAt, endedAt, waves: wave?.number ?? 0 };
    this.status.history = [entry, ...history].slice(0, ROLLOUT_HISTORY_LIMIT);
    delete this.status.startedAt;
    this.event(outcome === 'Completed' ? 'Normal' : 'Warning', outcome, `version ${version}: ${message}`);
  }

  /** Bring status up to what has been decided about the consumers. */
  settle(): void {
    this.status.granted = toGrants(this.versions);
  }
}
