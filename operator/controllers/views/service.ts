import type { V1ManagedFieldsEntry, V1Service } from '@kubernetes/client-node';
import { ANNOTATION_FENCE } from '../../api/names.ts';
import type { ServiceView } from '../../plan/types.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** A Service as the cache holds it. */
export type CachedService = ServiceView & Identity;

export const viewService = ({ metadata, spec }: V1Service): CachedService => ({
  ...identityOf(metadata),
  selector: spec?.selector ?? {},
  selectorManager: selectorManager(metadata?.managedFields),
  fence: metadata?.annotations?.[ANNOTATION_FENCE],
});

/** Of the managers that own the selector (equal writes share it), the one that wrote last. */
const selectorManager = (entries: readonly V1ManagedFieldsEntry[] = []): string | undefined =>
  entries
    .filter((entry) => ownsSelector(entry.fieldsV1))
    .toSorted((left, right) => String(left.time ?? '').localeCompare(String(right.time ?? '')))
    .at(-1)?.manager;

const ownsSelector = (fields: unknown): boolean => {
  const spec = fieldOf(fields, 'f:spec');
  return fieldOf(spec, 'f:selector') !== undefined;
};

const fieldOf = (holder: unknown, name: string): unknown =>
  typeof holder === 'object' && holder !== null ? Object.entries(holder).find(([key]) => key === name)?.[1] : undefined;
