import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { RuntimeMetrics } from './metrics.ts';

export interface LeaderElectorOptions {
  client: ApiClient;
  /** Where the Lease is. */
  namespace: string;
  name: string;
  /** Who this is; must differ between any two processes, also between two runs of the same pod. */
  identity: string;
  log: Logger;
  metrics: RuntimeMetrics;
  clock?: Clock;
  random?: () => number;
  /** How long others respect a lease that is not renewed. Default: 15 s. */
  leaseDurationMs?: number;
  /** How long the leader goes on without a successful renewal. Default: 10 s. */
  renewDeadlineMs?: number;
  /** Time between tries. Default: 2 s. */
  retryPeriodMs?: number;
}

/** The lease could not be renewed in time, or someone else holds it: what was led has been stopped. */
export class LeadershipLostError extends Error {
  readonly code = 'LEADERSHIP_LOST';
}

/** Lets one of several processes lead, by a coordination.k8s.io/v1 Lease. */
export class LeaderElector {
  constructor(_options: LeaderElectorOptions) {
    throw new Error('not yet');
  }

  /**
   * Waits for the lease, then calls `lead` with a signal that aborts when `signal` does or when leadership is lost.
   * Resolves when `lead` has ended and the lease is released; rejects with LeadershipLostError when it was lost, and
   * with `lead`'s own error.
   */
  run(_signal: AbortSignal, _lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    throw new Error('not yet');
  }
}
