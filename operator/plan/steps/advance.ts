import type { StepName } from '../../api/bluegreen.ts';
import { beginChecks } from '../checks/begin.ts';
import type { Draft } from '../draft.ts';
import { isGated, isPromoted, needsPerson } from '../gates.ts';
import { aPersonToPromote } from '../sentences.ts';
import { isWhole } from '../slots.ts';
import { enterSwitching } from './enter-switching.ts';

/** The steps between a slot that is ready and the switch, in their order. */
const GATES = ['Filling', 'Soaking', 'Checking', 'AwaitingPromotion'] as const satisfies StepName[];

/** Go on from one of these steps to the next that has anything to do, at last to the switch. */
export const advance = (draft: Draft, from: (typeof GATES)[number]): void => {
  const { promotion, checks } = draft.spec;
  const { soakSeconds } = promotion;
  const { release } = draft.status;
  const isAhead = (gate: (typeof GATES)[number]): boolean =>
    isGated(draft) && GATES.indexOf(from) < GATES.indexOf(gate);
  if (isAhead('Soaking') && soakSeconds > 0 && !isPromoted(draft)) {
    draft.enter('Soaking', soakSeconds);
  } else if (isAhead('Checking') && checks.before.length > 0 && release !== undefined) {
    beginChecks(draft, 'Before', release.revision);
    draft.enter('Checking');
  } else if (isAhead('AwaitingPromotion') && needsPerson(draft) && release !== undefined) {
    draft.enter('AwaitingPromotion');
    // Nothing more will be found out, so the step is never on record without its reason.
    draft.waitFor(aPersonToPromote(draft, release.revision));
  } else {
    enterFullSize(draft);
  }
};

/** The release is promoted: bring it to full size, if it is not, and switch. */
export const enterFullSize = (draft: Draft): void => {
  const { release } = draft.status;
  const view = draft.snapshot.slots[draft.idleSlot];
  if (release !== undefined && isWhole(view, release.revision, draft.spec.replicas)) enterSwitching(draft);
  else draft.enter('Scaling', draft.spec.progressDeadlineSeconds);
};
