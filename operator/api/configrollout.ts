import type { V1LabelSelector, V1ObjectMeta } from '@kubernetes/client-node';
import type { Condition } from './conditions.ts';

/** What happens when a consumer fails with the new version: stop there, or take it back from everybody. */
export type FailurePolicy = 'Pause' | 'RevertAll';

/** What a person can decide about one version. */
export type RolloutDecisionAction = 'Retry' | 'Revert';

/** A decision names a version, so that a stale one never hits a later one. */
export interface RolloutDecision {
  version: string;
  action: RolloutDecisionAction;
  /** With Retry: distinguishes one from the next. */
  requestedAt?: string;
}

/** `spec` with every default filled in (the API server does this by the schema). */
export interface ConfigRolloutSpec {
  source: {
    /** The ConfigMap that the consumers share, in the same namespace. */
    configMap: string;
    /** A new version is only rolled out when it has not changed for this long. */
    quietSeconds: number;
  };
  consumers: {
    /** Which BlueGreens, of those that name the ConfigMap. Empty: all of them. */
    selector: V1LabelSelector;
  };
  waves: {
    /** How many consumers may be at work at the same time: a number, or a share of all, such as `20%`. */
    maxConcurrent: number | string;
    /** How long the consumers of a wave must have been healthy before the next one starts. */
    soakSeconds: number;
  };
  onFailure: FailurePolicy;
  /** A consumer without a deadline of its own that is not healthy after this long has failed. */
  progressDeadlineSeconds: number;
  paused: boolean;
  decision?: RolloutDecision;
}

/**
 * Where a rollout stands.
 * - `Stable`: every consumer has been given `current`.
 * - `Rolling`: a wave is at work, or cannot be started yet; `waitingFor` says why.
 * - `Soaking`: all consumers that have the target are healthy; `waves.soakSeconds` run.
 * - `Failed`: a consumer has failed and `onFailure` is Pause: somebody must decide.
 * - `Reverting`: the consumers are being taken back to `current`.
 */
export type RolloutStepName = 'Stable' | 'Rolling' | 'Soaking' | 'Failed' | 'Reverting';

/** The present step. All times are RFC 3339 with milliseconds. */
export interface RolloutStep {
  name: RolloutStepName;
  since: string;
  /** When the step ends by itself (Soaking). */
  deadline?: string;
  /** One sentence that answers "why is it not moving?". */
  waitingFor?: string;
}

/** The consumers that have been given one version. */
export interface Grant {
  /** Ten hexadecimal digits: the hash of the content, as in the name of its copy. */
  version: string;
  /** Sorted, as `BlueGreen/web`. */
  consumers: string[];
}

/** The consumers that were given a version together. The next wave begins when all of them have been seen healthy. */
export interface Wave {
  /** Within the rollout; the first is 1. */
  number: number;
  startedAt: string;
  consumers: string[];
}

/** A consumer that could not be brought to a version. */
export interface RolloutFailure {
  version: string;
  consumer: string;
  message: string;
  at: string;
}

/** How a rollout ended. */
export type RolloutOutcome = 'Completed' | 'Superseded' | 'Reverted';

/** One ended rollout. */
export interface RolloutHistoryEntry {
  version: string;
  outcome: RolloutOutcome;
  message: string;
  startedAt: string;
  endedAt: string;
  waves: number;
}

/** `status` of a ConfigRollout. */
export interface ConfigRolloutStatus {
  observedGeneration: number;
  /** The version that all consumers had when the last rollout ended; it is what a new consumer gets, and the way back. */
  current?: string;
  /** The version that all consumers are being brought to. */
  target?: string;
  /** The version that failed, or was taken back; not tried again until the source changes or a decision names it. */
  rejected?: string;
  /** Which version each known consumer may use. It is on record here before the consumer acts. */
  granted: Grant[];
  wave?: Wave;
  /** When the present rollout began; absent at rest. */
  startedAt?: string;
  failure?: RolloutFailure;
  /** The decision Retry that was carried out. */
  retried?: { version: string; requestedAt?: string };
  step: RolloutStep;
  consumers: {
    total: number;
    /** Those that were given the target. */
    updated: number;
    /** Those whose version does not serve healthily yet. */
    atWork: number;
  };
  conditions: Condition[];
  /** Newest first, at most ten. */
  history: RolloutHistoryEntry[];
}

/** A ConfigRollout as the API server holds it. */
export interface ConfigRollout {
  apiVersion: string;
  kind: 'ConfigRollout';
  metadata: V1ObjectMeta;
  spec: ConfigRolloutSpec;
  status?: ConfigRolloutStatus;
}

/** How many ended rollouts status tells of. */
export const ROLLOUT_HISTORY_LIMIT = 10;
