import { deploymentName, type Slot } from '../api/names.ts';
import type { Draft } from './draft.ts';

/** What a release waits for when all that can be done without a person is done. */
export const aPersonToPromote = (draft: Draft, revision: string): string =>
  `a person to promote ${revision} (kubectl relevo promote ${draft.name})`;

/** Why a slot is not whole, as precisely as the snapshot allows. */
export const whyNotWhole = (draft: Draft, slot: Slot, replicas: number): string => {
  const view = draft.snapshot.slots[slot];
  const deployment = deploymentName(draft.name, slot);
  if (view === undefined) return `Deployment ${deployment} to be made`;
  if (view.deleting) return `Deployment ${deployment}, which is being deleted, to be gone`;
  if (!view.observed || view.replicas !== replicas) {
    return `the Deployment controller to take up ${replicas} replicas of ${deployment}`;
  }
  const trouble = (draft.snapshot.pods ?? []).filter((pod) => pod.slot === slot);
  const first = trouble[0];
  const count = `${Math.min(view.ready, view.updated)} of ${replicas} pods of slot ${slot} are ready`;
  if (first !== undefined) {
    const more = trouble.length > 1 ? ` (and ${trouble.length - 1} more pods)` : '';
    return `${count}; pod ${first.name}: ${first.trouble}${more}`;
  }
  if (view.failure !== undefined) return `${count}; ${view.failure}`;
  if (view.total > view.updated) return `${view.total - view.updated} earlier pods of slot ${slot} to end`;
  return count;
};
