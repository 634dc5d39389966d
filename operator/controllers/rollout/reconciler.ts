import type { ConfigRolloutStatus } from '../../api/configrollout.ts';
import { API_VERSION } from '../../api/names.ts';
import { planRollout } from '../../plan/rollout/plan.ts';
import type { RolloutAction } from '../../plan/rollout/types.ts';
import type { ApiClient } from '../../runtime/client.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ReconcileResult } from '../../runtime/controller.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { Logger } from '../../runtime/log.ts';
import { CopyTakenError } from '../actions/copy-config.ts';
import type { ConfigSources } from '../config-sources.ts';
import type { RolloutMetrics } from '../observation/rollout-metrics.ts';
import { reconcileByPasses, type Pass } from '../passes.ts';
import { isRefusal } from '../refusal.ts';
import type { Stores } from '../stores.ts';
import { confirm } from './confirm.ts';
import type { RolloutContext } from './context.ts';
import { copyVersion, releaseVersion } from './copies.ts';
import { countWaves } from './count-waves.ts';
import { takeRolloutSnapshot } from './snapshot.ts';
import { writeRolloutStatus } from './status.ts';

export interface RolloutReconcilerOptions {
  client: ApiClient;
  stores: Stores;
  configs: ConfigSources;
  events: Pick<EventRecorder, 'record'>;
  metrics: RolloutMetrics;
  log: Logger;
  clock: Clock;
}

/** After a plan from a view that was old. A rollout moves more slowly than a release. */
const STALE_RETRY_MS = 500;

/** Brings one ConfigRollout closer to what is asked for, by plan after plan. */
export class RolloutReconciler {
  readonly #options: RolloutReconcilerOptions;

  constructor(options: RolloutReconcilerOptions) {
    this.#options = options;
  }

  /** `stopping` ends the reconcile after the present plan, `signal` in the middle of it. */
  async reconcile(key: string, signal: AbortSignal, stopping = signal): Promise<ReconcileResult | undefined> {
    const { clock, log } = this.#options;
    const options = { key, clock, log, stopping, staleRetryMs: STALE_RETRY_MS };
    return reconcileByPasses(options, () => this.#pass(key, signal));
  }

  async #pass(key: string, signal: AbortSignal): Promise<Pass> {
    const { client, stores, configs, events, clock } = this.#options;
    const rollout = stores.configRollouts.get(key);
    if (rollout === undefined || rollout.deleting) return { progress: false };
    const now = (): number => clock.now();
    const context: RolloutContext = { client, stores, configs, events, rollout, now, signal };
    const { actions, status, requeueAt } = planRollout(takeRolloutSnapshot(context), now());
    for (const action of actions) await this.#execute(context, action);
    const written = await writeRolloutStatus(context, status);
    if (written) this.#note(context, status);
    return { progress: written, requeueAt };
  }

  async #execute(context: RolloutContext, action: RolloutAction): Promise<void> {
    const { log } = this.#options;
    const { namespace, name } = context.rollout;
    try {
      await execute(context, action);
    } catch (error) {
      const reason = whatPeopleCanMend(error);
      if (reason !== undefined) await reportObstacle(context, action, reason);
      throw error;
    }
    log.info({ namespace, configRollout: name, ...action }, SENTENCES[action.kind]);
  }

  #note({ rollout: { namespace, name, status: before } }: RolloutContext, after: ConfigRolloutStatus): void {
    const { metrics, log, clock } = this.#options;
    countWaves(metrics, before, after, clock.now());
    const { step } = after;
    if (step.name !== before?.step.name || step.waitingFor !== before.step.waitingFor) {
      log.info({ namespace, configRollout: name, step: step.name, waitingFor: step.waitingFor }, 'Step of a rollout');
    }
  }
}

const execute = async (context: RolloutContext, action: RolloutAction): Promise<void> => {
  switch (action.kind) {
    case 'copyVersion':
      return copyVersion(context, action.version);
    case 'releaseVersion':
      return releaseVersion(context, action.version);
    case 'confirm':
      return confirm(context, action.consumers);
    case 'event':
      return record(context, action);
  }
};

const record = ({ events, rollout }: RolloutContext, action: Extract<RolloutAction, { kind: 'event' }>): void => {
  const { type, reason, message } = action;
  const { namespace, name, uid, resourceVersion } = rollout;
  const regarding = { apiVersion: API_VERSION, kind: 'ConfigRollout', namespace, name, uid, resourceVersion };
  events.record({ regarding, type, reason, action: 'Rollout', message });
};

const whatPeopleCanMend = (error: unknown): string | undefined => {
  if (error instanceof CopyTakenError) return error.message;
  return isRefusal(error) ? error.explanation : undefined;
};

/** Says what stands in the way in status and in an event; nothing else of the plan is done. */
const reportObstacle = async (context: RolloutContext, action: RolloutAction, reason: string): Promise<void> => {
  record(context, { kind: 'event', type: 'Warning', reason: 'ActionFailed', message: `${action.kind}: ${reason}` });
  const { status } = context.rollout;
  if (status === undefined) return;
  const waitingFor = `an obstacle to be removed (${action.kind}): ${reason}`;
  await writeRolloutStatus(context, { ...status, step: { ...status.step, waitingFor } });
};

const SENTENCES: Record<RolloutAction['kind'], string> = {
  copyVersion: 'Made a version ready',
  releaseVersion: 'Gave up a version',
  confirm: 'Found a wave healthy',
  event: 'Event',
};
