import type { ControllerRevision } from '../../controllers/views/record.ts';
import { StateError } from '../errors.ts';

/** The recorded release that a person means: by its name, its number (`3` or `#3`), or how its hash begins. */
export const findRevision = (records: readonly ControllerRevision[], text: string): ControllerRevision => {
  const exact = records.find(({ metadata }) => metadata?.name === text);
  if (exact !== undefined) return exact;
  const byNumber = records.filter(({ revision }) => text === String(revision) || text === `#${revision}`);
  const byHash = records.filter(({ metadata }) => metadata?.name?.split('-').at(-1)?.startsWith(text) === true);
  const found = byNumber.length > 0 ? byNumber : byHash;
  const [one, ...more] = found;
  if (one !== undefined && more.length === 0) return one;
  const known = records.map(({ metadata, revision }) => `${metadata?.name} (#${revision})`).join(', ') || 'none';
  throw new StateError(
    `Expected ${text} to be ${one === undefined ? 'a release on record' : 'one release'}, found ${
      one === undefined ? known : found.map(({ metadata }) => metadata?.name).join(', ')
    }`,
  );
};
