import { otherSlot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';
import { emptySlot, selectPreview } from '../fill.ts';
import { collect } from '../collect.ts';
import { whyNotWhole } from '../sentences.ts';
import { isWhole } from '../slots.ts';
import { findTarget } from '../target.ts';

/** Nothing is under way: begin a release when something else is asked for, else keep the house in order. */
export const stable = (draft: Draft): void => {
  const target = findTarget(draft);
  const { active } = draft.status;
  if (target.revision !== undefined) draft.status.target = target.revision;
  if (target.revision !== undefined && target.revision !== active) {
    draft.startRelease(target.revision, false);
    draft.enter('Waiting');
    return;
  }
  if (target.because === 'Rejected') {
    const { rejected = '' } = draft.status;
    const why = draft.status.history.find((entry) => entry.revision === rejected)?.message ?? 'it was given up';
    draft.problem ??= {
      reason: 'Rejected',
      message: `${rejected} is not tried again (${why}); ${active} serves until the spec changes or a decision Retry names it`,
    };
  }
  const slot = draft.activeSlot;
  if (slot === undefined || active === undefined) return;
  if (!isWhole(draft.snapshot.slots[slot], active, draft.spec.replicas)) {
    draft.explainPods(slot);
    draft.waitFor(whyNotWhole(draft, slot, draft.spec.replicas));
  }
  if (target.because === 'Aborted') {
    const { revision = '' } = draft.snapshot.desired;
    draft.waitFor(`the spec to change: ${revision} was aborted (kubectl relevo retry ${draft.name} tries it again)`);
  }
  selectPreview(draft, active);
  // What is not known to be asked for may be asked for in a moment: no record of it is dropped until then.
  if (emptySlot(draft, otherSlot(slot)) && target.revision !== undefined) collect(draft);
};
