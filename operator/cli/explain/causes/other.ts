import { healthOf } from '../../view/health.ts';
import type { Cause } from '../evidence.ts';
import { sentence, stalledReason, target } from '../evidence.ts';
import { moving, stuck } from '../finding.ts';

/** When no cause of its own fits: the operator's own sentence. */
export const other: Cause = (evidence) => {
  const { blueGreen } = evidence;
  const reason = stalledReason(evidence);
  const words = sentence(evidence);
  if (reason !== undefined) {
    return [stuck(reason, words, [], [`See all of it: kubectl describe bluegreen ${target(evidence)}`])];
  }
  if (healthOf(blueGreen) === 'Ready' || words === '') return [];
  return [moving(blueGreen.status?.step.name ?? 'Unseen', `It waits for ${words}`)];
};
