import type { Draft } from './draft.ts';

/**
 * Whether the release has to pass soak, checks and promotion. The first release has nothing that it could spoil, and a
 * way back is to a revision that has passed them and is whole.
 */
export const isGated = (draft: Draft): boolean =>
  draft.status.active !== undefined && draft.status.release?.rollback !== true;

/** Pods of the release before its promotion. */
export const sizeBeforePromotion = (draft: Draft): number => {
  const { preview, replicas } = draft.spec;
  return isGated(draft) ? Math.min(preview.replicas ?? replicas, replicas) : replicas;
};

/** A person has decided to promote the release under way. */
export const isPromoted = (draft: Draft): boolean => {
  const { decision } = draft.spec;
  return decision?.action === 'Promote' && decision.revision === draft.status.release?.revision;
};

/** Whether a person has to promote the release. Whoever asks for a rollback has decided that already. */
export const needsPerson = (draft: Draft): boolean => {
  const { decision, promotion } = draft.spec;
  const isRollback = decision?.action === 'Rollback' && decision.revision === draft.snapshot.desired.revision;
  return promotion.mode === 'Manual' && !isPromoted(draft) && !isRollback;
};
