import { createHash, createHmac } from 'node:crypto';

/** Length of every hash that becomes part of a name: 40 bits, far beyond the number of revisions of one BlueGreen. */
export const HASH_LENGTH = 10;

/**
 * JSON with sorted keys, so that equal values have equal texts whatever the order in which their keys were written.
 * Fields that are null are left out like those that are undefined: Kubernetes reads both as "not set".
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => canonicalJson(item)).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value) ?? 'null';
  }
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined && field !== null)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
};

/** The first ten hexadecimal digits of the SHA-256 of the value's canonical JSON. */
export const shortHash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, HASH_LENGTH);

/** What a ConfigMap or a Secret holds. Its metadata is not part of it, so that a new label or annotation releases nothing. */
export interface ConfigContent {
  data?: Record<string, string> | undefined;
  binaryData?: Record<string, string> | undefined;
}

/** The hash of a ConfigMap's content. */
export const contentHash = ({ data, binaryData }: ConfigContent): string =>
  shortHash({ data: data ?? {}, binaryData: binaryData ?? {} });

/**
 * The hash of a Secret's content. Whoever sees it can neither try out contents, because it is keyed, nor see that two
 * Secrets are equal, because `place` (namespace and name) is part of it.
 */
export const secretContentHash = (key: Uint8Array, place: string, { data }: ConfigContent): string =>
  createHmac('sha256', key)
    .update(canonicalJson({ place, data: data ?? {} }))
    .digest('hex')
    .slice(0, HASH_LENGTH);
