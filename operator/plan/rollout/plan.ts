import { advance } from './advance.ts';
import { collectVersions } from './collect.ts';
import { RolloutDraft } from './draft.ts';
import { firstMeeting, meetConsumers } from './meet.ts';
import { pursue } from './pursue.ts';
import { reportRollout } from './report.ts';
import type { RolloutPlan, RolloutSnapshot } from './types.ts';

/**
 * Decide what a rollout does next. Pure: the same snapshot and time give the same plan.
 *
 * At most `maxConcurrent` consumers are at work in every state: a wave is on record in status before any of its
 * consumers acts, and the next one begins only when each of the last has been read live and found healthy.
 *
 * @param now milliseconds since the epoch
 */
export const planRollout = (snapshot: RolloutSnapshot, now: number): RolloutPlan => {
  const { rollout, governedBy } = snapshot;
  const draft = new RolloutDraft(snapshot, now);
  if (rollout.deleting) return { actions: [], status: rollout.status ?? draft.status };
  if (governedBy !== undefined) {
    draft.versions.clear();
    draft.stall(
      'Conflict',
      `ConfigMap ${rollout.spec.source.configMap} is governed by ConfigRollout ${governedBy}, which is older; delete one of them`,
    );
  } else if (rollout.status === undefined) {
    firstMeeting(draft);
  } else {
    meetConsumers(draft);
    const before = draft.status.step;
    pursue(draft);
    // What was just entered is put on record before anything follows from it.
    if (draft.status.step === before && draft.status.target !== undefined) advance(draft);
    if (draft.status.step === before) collectVersions(draft);
  }
  draft.settle();
  reportRollout(draft);
  return { actions: draft.actions, status: draft.status, requeueAt: draft.requeueAt };
};
