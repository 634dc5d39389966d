import { HASH_LENGTH } from './hash.ts';
import { ABSENT, copyName } from './revision.ts';

/**
 * Stands for the version of a consumer whose template names the ConfigMap itself: its pods have whatever it said when
 * each of them started.
 */
export const UNPINNED = 'unpinned';

// `settings-production` is no copy of `settings`.
const HASH = new RegExp(`^[0-9a-f]{${HASH_LENGTH}}$`, 'u');

/** The version of a ConfigMap that a copy of that name holds; undefined when it is no copy of it. */
export const versionOfCopy = (original: string, copy: string): string | undefined => {
  const version = copy.slice(-HASH_LENGTH);
  return HASH.test(version) && copyName(original, version) === copy ? version : undefined;
};

/** The version of a ConfigMap that a release uses, by the names of its copies. */
export const versionAmong = (original: string, copies: readonly string[]): string =>
  copies.map((copy) => versionOfCopy(original, copy)).find((version) => version !== undefined) ?? ABSENT;
