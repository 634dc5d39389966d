import type { HistoryEntry } from '../api/bluegreen.ts';
import type { Draft } from './draft.ts';
import { newestFirst } from './records.ts';

/** What is asked for: a revision, or the reason why that cannot be said. */
export interface Target {
  revision?: string | undefined;
  /** How the target came about, where it is not simply what the spec says. */
  because?: 'Aborted' | 'RolledBack' | 'Rejected';
}

const isKnown = (draft: Draft, revision: string): boolean =>
  draft.snapshot.records.some((record) => record.revision === revision);

/** A release that was rolled back may have served (`Rollback`), or was given up on the way (`Decision`). */
const hasServed = ({ outcome, reason }: HistoryEntry): boolean =>
  outcome === 'Promoted' || (outcome === 'RolledBack' && reason === 'Rollback');

/** The revision that served before the one given: the active one, or else the newest release that served. */
const previous = (draft: Draft, revision: string): string | undefined => {
  const { active, history } = draft.status;
  if (active !== undefined && active !== revision) return active;
  return history.find((entry) => entry.revision !== revision && hasServed(entry) && isKnown(draft, entry.revision))
    ?.revision;
};

const rollbackTarget = (draft: Draft, revision: string): Target => {
  const to = draft.spec.decision?.to ?? previous(draft, revision);
  if (to === undefined) {
    draft.stall('InvalidDecision', `the decision says Rollback from ${revision}, but no earlier release is on record`);
    return {};
  }
  if (to !== revision && !isKnown(draft, to)) {
    const known = newestFirst(draft.snapshot.records)
      .map((record) => record.revision)
      .filter((name) => name !== revision);
    draft.stall(
      'InvalidDecision',
      `the decision says Rollback to ${to}, which is not on record; on record: ${known.join(', ') || 'none'}`,
    );
    return {};
  }
  return { revision: to, because: 'RolledBack' };
};

/**
 * What the spec asks for, with its decision. A decision names a revision and counts only while that one is what the
 * template and its config give, so it ends by itself when the spec moves on.
 */
export const findTarget = (draft: Draft): Target => {
  const { desired } = draft.snapshot;
  const { active } = draft.status;
  const { revision } = desired;
  if (revision === undefined) {
    const { missing, missingReason = 'ConfigMapMissing' } = desired;
    draft.stall(missingReason, missing.join('; ') || 'a ConfigMap that the template names is missing');
    return {};
  }
  const decision = draft.spec.decision?.revision === revision ? draft.spec.decision : undefined;
  const asked = decision?.action === 'Rollback' ? rollbackTarget(draft, revision) : { revision };
  if (asked.revision === undefined) return asked;
  if (decision?.action === 'Abort' && active !== undefined && active !== revision) {
    return { revision: active, because: 'Aborted' };
  }
  if (draft.status.rejected !== asked.revision) delete draft.status.rejected;
  else if (active !== undefined) {
    // On the way back from a revision that failed while it served, that one is still the active one.
    const { release } = draft.status;
    return { revision: release?.rollback ? release.revision : active, because: 'Rejected' };
  }
  return asked;
};
