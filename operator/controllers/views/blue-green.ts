import type { BlueGreen } from '../../api/bluegreen.ts';
import type { BlueGreenView } from '../../plan/types.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** A BlueGreen as the cache holds it. */
export type CachedBlueGreen = BlueGreenView & Identity & { labels?: Readonly<Record<string, string>> | undefined };

export const viewBlueGreen = ({ metadata, spec, status }: BlueGreen): CachedBlueGreen => ({
  ...identityOf(metadata),
  labels: metadata.labels,
  generation: metadata.generation ?? 0,
  deleting: metadata.deletionTimestamp !== undefined,
  spec,
  // The schema gives a new object a status with nothing but `observedGeneration: -1`, for kstatus.
  status: status?.step === undefined ? undefined : status,
});
