import type { Cause } from '../evidence.ts';
import { stalledReason, target } from '../evidence.ts';
import { stuck } from '../finding.ts';

/** The revision that the spec asks for was aborted or has failed, and is not tried again by itself. */
export const rejected: Cause = (evidence) => {
  const { status } = evidence.blueGreen;
  const revision = status?.rejected;
  if (revision === undefined || revision === '' || status?.release !== undefined) return [];
  if (stalledReason(evidence) !== 'Rejected' && evidence.blueGreen.spec.decision?.action !== 'Abort') return [];
  const last = status?.history.find((entry) => entry.revision === revision);
  const how = last === undefined ? 'was given up' : (HOW[last.outcome] ?? 'was given up');
  return [
    stuck(
      last?.outcome === 'Failed' ? 'ReleaseFailed' : 'ReleaseAborted',
      `${revision} ${how} and is not tried again by itself; ${status?.active} serves`,
      last === undefined ? [] : [`${last.reason}: ${last.message}`],
      [
        'Mend the template or the config: a new revision is tried by itself',
        `Or try the same again: kubectl relevo retry ${target(evidence)}`,
      ],
    ),
  ];
};

const HOW: Readonly<Partial<Record<string, string>>> = {
  Failed: 'has failed',
  Aborted: 'was aborted',
  RolledBack: 'was rolled back',
};
