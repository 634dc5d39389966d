import type { ConfigRollout } from '../../api/configrollout.ts';
import type { RolloutView } from '../../plan/rollout/types.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** A ConfigRollout as the cache holds it. */
export interface CachedRollout extends RolloutView, Identity {
  /** RFC 3339. */
  createdAt: string;
}

export const viewRollout = ({ metadata, spec, status }: ConfigRollout): CachedRollout => ({
  ...identityOf(metadata),
  createdAt: String(metadata.creationTimestamp ?? ''),
  generation: metadata.generation ?? 0,
  deleting: metadata.deletionTimestamp !== undefined,
  spec,
  // The schema gives a new object a status with nothing but `observedGeneration: -1`, for kstatus.
  status: status?.step === undefined ? undefined : status,
});
