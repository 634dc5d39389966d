import type { Retried } from '../api/bluegreen.ts';
import type { Draft } from './draft.ts';

/**
 * Carry out a decision Retry: the revision may be tried again, once. What was carried out stays on record as long as the
 * decision stands, so that a revision that fails again is not tried for ever.
 */
export const retry = (draft: Draft): void => {
  const { status, snapshot } = draft;
  const { decision } = draft.spec;
  if (decision?.action !== 'Retry') {
    delete status.retried;
    return;
  }
  const { revision, requestedAt } = decision;
  if (revision !== snapshot.desired.revision) return;
  if (status.retried?.revision === revision && status.retried.requestedAt === requestedAt) return;
  // It still serves, and is being left: it can be tried again when that is done.
  if (status.release?.rollback === true && status.active === revision) return;
  const retried: Retried = { revision };
  if (requestedAt !== undefined) retried.requestedAt = requestedAt;
  status.retried = retried;
  if (status.rejected === revision) delete status.rejected;
};
