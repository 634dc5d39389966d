import type { Clock } from '../runtime/clock.ts';
import type { ReconcileResult } from '../runtime/controller.ts';
import type { Logger } from '../runtime/log.ts';
import { StaleViewError } from './actions/context.ts';

/** What one plan led to. */
export interface Pass {
  /** The caches have changed by it: the next plan may know more at once. */
  progress: boolean;
  /** Milliseconds since the epoch. */
  requeueAt?: number | undefined;
}

/** What a reconcile by passes needs. */
export interface PassesOptions {
  key: string;
  clock: Clock;
  log: Logger;
  /** Ends the reconcile after the present plan. */
  stopping: AbortSignal;
  /** A stale cache brings news by itself; this is for when it does not. */
  staleRetryMs: number;
}

/** Plans that may follow each other in one reconcile; the rest waits for its turn, so that no object holds up others. */
const MAX_PASSES = 10;

/** Makes plan after plan as long as each has changed something. */
export const reconcileByPasses = async (
  { key, clock, log, stopping, staleRetryMs }: PassesOptions,
  pass: () => Promise<Pass>,
): Promise<ReconcileResult | undefined> => {
  try {
    for (let passes = 0; passes < MAX_PASSES; passes += 1) {
      const { progress, requeueAt } = await pass();
      if (stopping.aborted) return undefined;
      if (!progress) {
        return requeueAt === undefined ? undefined : { requeueAfterMs: Math.max(0, requeueAt - clock.now()) };
      }
    }
    return { requeueAfterMs: 0 };
  } catch (error) {
    if (!(error instanceof StaleViewError)) throw error;
    log.debug({ key, message: error.message }, 'The world has moved on, will plan again');
    return { requeueAfterMs: staleRetryMs };
  }
};
