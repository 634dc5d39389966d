import { otherSlot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';
import { emptySlot, selectPreview } from '../fill.ts';
import { isWhole } from '../slots.ts';
import { findTarget } from '../target.ts';
import { fromTime, timeOfDay, toTime } from '../time.ts';
import { enterSwitching } from './enter-switching.ts';
import { leave } from './leave.ts';
import { isPaused } from './pause.ts';

/** The old slot is kept whole for a while, so that the way back is one switch; then it is emptied. */
export const retiring = (draft: Draft): void => {
  const { active, step } = draft.status;
  const slot = draft.activeSlot;
  if (active === undefined || slot === undefined) return;
  const idle = otherSlot(slot);
  const old = draft.snapshot.slots[idle];
  // A claim that is written first may show that this view is old.
  if (leave(draft, active, old?.revision) || draft.actions.length > 0) return;
  const target = findTarget(draft);
  if (target.revision !== undefined) draft.status.target = target.revision;
  const asked = target.revision ?? active;
  if (isPaused(draft)) return;
  if (asked !== active && asked === old?.revision && old.replicas > 0) {
    draft.startRelease(asked, true);
    if (isWhole(old, asked, draft.spec.replicas)) enterSwitching(draft);
    else draft.enter('Filling', draft.spec.progressDeadlineSeconds);
    return;
  }
  selectPreview(draft, active);
  // The time can be made shorter while it runs.
  const shortest = fromTime(step.since) + draft.spec.switch.retireAfterSeconds * 1000;
  const until = step.deadline === undefined ? 0 : Math.min(fromTime(step.deadline), shortest);
  if (until > draft.now) {
    step.deadline = toTime(until);
    const next = asked === active ? 'to end' : `to end; then ${asked} is prepared there`;
    draft.waitFor(`the retire time of slot ${idle} ${next}, at ${timeOfDay(until)}`);
    draft.wake(until);
    return;
  }
  if (emptySlot(draft, idle)) draft.enter('Stable');
};
