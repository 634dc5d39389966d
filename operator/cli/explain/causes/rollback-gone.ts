import type { Cause } from '../evidence.ts';
import { sentence, stalledReason, target } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** A decision asks for a release that cannot be brought back. */
export const rollbackGone: Cause = (evidence) => {
  const reason = stalledReason(evidence);
  if (reason !== 'InvalidDecision' && reason !== 'ReleaseLost') return [];
  const known = evidence.records.map(({ metadata }) => metadata?.name).join(', ') || 'none';
  return [
    stuck(
      'RollbackTargetGone',
      `The release to go back to is gone: ${sentence(evidence)}`,
      [`on record: ${known}`],
      [
        `Choose one that is on record (kubectl relevo history ${target(evidence)}): kubectl relevo rollback ${target(evidence)} --to …`,
        `Or go forward: kubectl relevo retry ${target(evidence)}`,
        'spec.revisionHistoryLimit says how many are kept',
      ],
    ),
  ];
};
