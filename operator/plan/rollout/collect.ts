import type { RolloutDraft } from './draft.ts';

/** Give up the copies of versions that nobody may use any more, and see to it that the others have theirs. */
export const collectVersions = (draft: RolloutDraft): void => {
  const { status, snapshot } = draft;
  const named = new Set([status.current, status.target, ...draft.versions.values()]);
  for (const version of named) if (version !== undefined) draft.ensureCopy(version);
  for (const { version, owned } of snapshot.copies) {
    if (owned && !named.has(version)) draft.actions.push({ kind: 'releaseVersion', version });
  }
};
