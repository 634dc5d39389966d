import type { Action, Snapshot } from '../../plan/types.ts';
import type { ApiClient } from '../../runtime/client.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { ConfigSources } from '../config-sources.ts';
import type { Measurements } from '../checks/measurements.ts';
import type { Memory } from '../memory.ts';
import type { Stores } from '../stores.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';

/** What working on one BlueGreen needs. */
export interface BlueGreenContext {
  client: ApiClient;
  stores: Stores;
  configs: ConfigSources;
  events: Pick<EventRecorder, 'record'>;
  bluegreen: CachedBlueGreen;
  memory: Memory;
  measurements: Measurements;
  now: () => number;
  signal: AbortSignal;
}

/** What carrying out an action needs. */
export interface ActionContext extends BlueGreenContext {
  /** The snapshot from which the action was planned. */
  snapshot: Snapshot;
}

/** The action of that kind. */
export type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** The world is not what the plan was made from; a new plan is needed, nothing is wrong. */
export class StaleViewError extends Error {
  readonly code = 'STALE_VIEW';

  constructor(expected: string, found: string) {
    super(`Expected ${expected}, found ${found}`);
    this.name = 'StaleViewError';
  }
}

/**
 * A resource version that no object has. With it an apply makes an object that does not exist, and is a conflict with
 * one that does: a create that leaves the fields to the apply manager, so that a later apply can take them away.
 */
export const ABSENT_VERSION = '1';
