import type { ConfigRolloutSpec, ConfigRolloutStatus } from '../../api/configrollout.ts';

/** The ConfigRollout as the cache holds it. */
export interface RolloutView {
  name: string;
  namespace: string;
  generation: number;
  /** The object is being deleted: nothing is planned any more. */
  deleting: boolean;
  spec: ConfigRolloutSpec;
  status?: ConfigRolloutStatus | undefined;
}

/** How a consumer is with the version that it may use. */
export type ConsumerState =
  /** That version serves, with all pods. */
  | { kind: 'healthy' }
  /**
   * It is on the way. `message` completes "waiting for", and `limited` says that the rollout's own deadline counts,
   * because nothing else would ever say that it has failed.
   */
  | { kind: 'working'; message: string; limited: boolean }
  | { kind: 'failed'; message: string };

/** One consumer. */
export interface ConsumerView {
  /** `BlueGreen/web`. */
  id: string;
  /** The version that it has of its own accord; undefined when it has none, because it never served. */
  holds?: string | undefined;
  /** About the version that status grants it, or else the one that it holds. */
  state: ConsumerState;
  /** It has a release of its own under way: others go first. */
  busy: boolean;
}

/** An immutable copy of a version. */
export interface VersionCopy {
  version: string;
  /** The rollout is one of its owners. */
  owned: boolean;
}

/** Everything that the plan of a rollout may know. Each part may be older than the others: caches are independent. */
export interface RolloutSnapshot {
  rollout: RolloutView;
  /** The present content of the ConfigMap; undefined when there is none. */
  source?: { version: string; seenAt: number } | undefined;
  consumers: ConsumerView[];
  copies: VersionCopy[];
  /** The older ConfigRollout of the same ConfigMap, which is the one that counts. */
  governedBy?: string | undefined;
}

/** One write. */
export type RolloutAction =
  /** Make the immutable copy of a version, or become an owner of the one that is there. */
  | { kind: 'copyVersion'; version: string }
  /** Give up ownership of a copy, and delete it when nobody else owns it. */
  | { kind: 'releaseVersion'; version: string }
  /**
   * Read these consumers live and refuse unless each is healthy with its version: no cache is fresh enough to say that
   * others may start.
   */
  | { kind: 'confirm'; consumers: string[] }
  | { kind: 'event'; type: 'Normal' | 'Warning'; reason: string; message: string };

/**
 * What to do. The shell carries the actions out in order and stops at the first that fails; then it writes the status
 * with the resourceVersion of the ConfigRollout as precondition. Consumers act on what is on record only.
 */
export interface RolloutPlan {
  actions: RolloutAction[];
  status: ConfigRolloutStatus;
  /** Milliseconds since the epoch. */
  requeueAt?: number | undefined;
}
