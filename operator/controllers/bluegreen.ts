import { LABEL_REVISION } from '../api/names.ts';
import { plan } from '../plan/plan.ts';
import type { Action, Plan, PodView, Snapshot } from '../plan/types.ts';
import type { ApiClient } from '../runtime/client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { EventRecorder } from '../runtime/events.ts';
import type { Logger } from '../runtime/log.ts';
import type { ActionContext, BlueGreenContext } from './actions/context.ts';
import { execute, isSeenAtOnce } from './actions/execute.ts';
import { adoptOrphans, lookAgainAtForeign } from './adopt.ts';
import type { ConfigSources } from './config-sources.ts';
import type { Measurements } from './checks/measurements.ts';
import { sweepJobs } from './checks/sweep-jobs.ts';
import { Memories } from './memory.ts';
import { reportFailure } from './failure.ts';
import type { ReleaseObserver } from './observation/observer.ts';
import { PodExplanations } from './pod-explanations.ts';
import { reconcileByPasses, type Pass } from './passes.ts';
import { troubledPods } from './pod-trouble.ts';
import { listPods } from './pods.ts';
import { takeSnapshot } from './snapshot.ts';
import { recordsTheSame, writeStatus } from './status.ts';
import type { Stores } from './stores.ts';

export interface BlueGreenReconcilerOptions {
  client: ApiClient;
  stores: Stores;
  configs: ConfigSources;
  measurements: Measurements;
  events: Pick<EventRecorder, 'record'>;
  observer: ReleaseObserver;
  log: Logger;
  clock: Clock;
}

/** After a plan from a view that was old: news come by watches, this is for when they do not. */
const STALE_RETRY_MS = 200;

/** Somebody else's Deployment is watched by nobody. */
const FOREIGN_RETRY_MS = 15_000;

/** Pods that are looked at to explain a stall. */
const MAX_EXPLAINED_PODS = 50;

/** A plan and what it was made from. */
type Planned = Plan & { snapshot: Snapshot };

/** Brings one BlueGreen closer to what is asked for, by plan after plan. */
export class BlueGreenReconciler {
  readonly #options: BlueGreenReconcilerOptions;
  readonly #memories = new Memories();
  readonly #explanations: PodExplanations;

  constructor(options: BlueGreenReconcilerOptions) {
    this.#options = options;
    this.#explanations = new PodExplanations(options.clock);
    options.stores.blueGreens.subscribe(({ old, new: now }) => {
      if (old === undefined || old.uid === now?.uid) return;
      this.#memories.forget(old.uid);
      options.measurements.forget(old.uid);
      options.observer.forget(old.uid);
      this.#explanations.forget(old.uid);
    });
  }

  /** `stopping` ends the reconcile after the present plan, `signal` in the middle of it. */
  async reconcile(key: string, signal: AbortSignal, stopping = signal): Promise<ReconcileResult | undefined> {
    const { clock, log } = this.#options;
    const options = { key, clock, log, stopping, staleRetryMs: STALE_RETRY_MS };
    return reconcileByPasses(options, () => this.#pass(key, signal));
  }

  async #pass(key: string, signal: AbortSignal): Promise<Pass> {
    const { client, stores, configs, measurements, events, clock } = this.#options;
    const bluegreen = stores.blueGreens.get(key);
    if (bluegreen === undefined) return { progress: false };
    if (bluegreen.deleting) {
      measurements.forget(bluegreen.uid);
      return { progress: false };
    }
    measurements.retain(bluegreen);
    const memory = this.#memories.of(bluegreen.uid);
    const now = (): number => clock.now();
    const context: BlueGreenContext = { client, stores, configs, measurements, events, bluegreen, memory, now, signal };
    await adoptOrphans(context);
    await lookAgainAtForeign(context);
    await this.#sweep(context);
    return this.#carryOut(context, await this.#plan(context));
  }

  /** Jobs that are left over are no reason to hold up a release. */
  async #sweep(context: BlueGreenContext): Promise<void> {
    try {
      await sweepJobs(context);
    } catch (error) {
      context.signal.throwIfAborted();
      const { namespace, name } = context.bluegreen;
      this.#options.log.warn({ namespace, bluegreen: name, err: error }, 'Could not delete the Jobs of ended checks');
    }
  }

  async #plan(context: BlueGreenContext): Promise<Planned> {
    const { stores, configs, measurements, bluegreen, memory, now } = context;
    const snapshot = takeSnapshot(stores, bluegreen, {
      configs,
      memory,
      measurements: measurements.of(bluegreen.uid),
      now: now(),
    });
    const first = plan(snapshot, now());
    const pods = await this.#explain(context, first.explain);
    if (pods === undefined) return { ...first, snapshot };
    const explained = { ...snapshot, pods };
    return { ...plan(explained, now()), snapshot: explained };
  }

  /** The pods of a slot that are in trouble; undefined when nobody asks for them, or too many do. */
  async #explain(
    { client, bluegreen, signal }: BlueGreenContext,
    slot: Plan['explain'],
  ): Promise<PodView[] | undefined> {
    const { uid, namespace, name, status } = bluegreen;
    if (slot === undefined) {
      this.#explanations.forget(uid);
      return undefined;
    }
    const query = { namespace, bluegreen: name, slot, limit: MAX_EXPLAINED_PODS };
    return await this.#explanations.of({ uid, slot, target: status?.target }, async () =>
      troubledPods(await listPods(client, query, signal), slot),
    );
  }

  async #carryOut(context: BlueGreenContext, planned: Planned): Promise<Pass> {
    const { observer } = this.#options;
    const { bluegreen, memory, now } = context;
    const { snapshot, actions, requeueAt } = planned;
    const status = observer.prepare(bluegreen, planned.status);
    for (const action of actions) await this.#execute({ ...context, snapshot }, action);
    // The next plan follows at once, and will say it better: half of all writes of a release are spared.
    const isPassing = actions.some(isSeenAtOnce) && recordsTheSame(bluegreen.status, status);
    const written = !isPassing && (await writeStatus(context, status));
    if (written) observer.written(bluegreen, status);
    const wakes = [
      requeueAt,
      memory.verdicts.nextExpiry(now()),
      Object.keys(memory.foreign).length > 0 ? now() + FOREIGN_RETRY_MS : undefined,
    ].filter((at) => at !== undefined);
    return {
      progress: written || actions.some(isSeenAtOnce),
      requeueAt: wakes.length === 0 ? undefined : Math.min(...wakes),
    };
  }

  async #execute(context: ActionContext, action: Action): Promise<void> {
    const { log, observer } = this.#options;
    const { namespace, name } = context.bluegreen;
    try {
      await execute(context, action);
    } catch (error) {
      await reportFailure(context, action, error);
      throw error;
    }
    log.info({ namespace, bluegreen: name, ...action }, SENTENCES[action.kind]);
    // An overlap is not the switch yet.
    const isSwitch = action.kind === 'select' && action.role === 'active' && LABEL_REVISION in action.selector;
    if (isSwitch) observer.switched(context.bluegreen);
  }
}

const SENTENCES: Record<Action['kind'], string> = {
  validate: 'Asked the API server for a dry run',
  copyConfig: 'Made a config copy',
  record: 'Recorded a release',
  fill: 'Filled a slot',
  scale: 'Scaled a slot',
  claim: 'Claimed a slot',
  select: 'Pointed a Service at a revision',
  fence: 'Fenced the active Service',
  signal: 'Told the pods of a slot',
  deleteRecord: 'Forgot a recorded release',
  releaseCopy: 'Gave up a config copy',
  measure: 'Began a measurement',
  event: 'Event',
};
