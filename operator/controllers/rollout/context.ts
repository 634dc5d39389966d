import type { ApiClient } from '../../runtime/client.ts';
import type { EventRecorder } from '../../runtime/events.ts';
import type { ConfigSources } from '../config-sources.ts';
import type { Stores } from '../stores.ts';
import type { CachedRollout } from '../views/config-rollout.ts';

/** What working on one ConfigRollout needs. */
export interface RolloutContext {
  client: ApiClient;
  stores: Stores;
  configs: ConfigSources;
  events: Pick<EventRecorder, 'record'>;
  rollout: CachedRollout;
  now: () => number;
  signal: AbortSignal;
}
