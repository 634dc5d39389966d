import type { BlueGreen } from '../../api/bluegreen.ts';

/**
 * The revision that the template and its config give, whatever decision stands against it: the one that a decision has
 * to name. Undefined while the operator has not said.
 */
export const askedRevision = ({ spec, status }: BlueGreen): string | undefined => {
  const { decision } = spec;
  if (status?.rejected !== undefined && status.rejected !== '') return status.rejected;
  // While a decision against it stands, the target is another one.
  const isAgainst = decision?.action === 'Rollback' || decision?.action === 'Abort';
  if (isAgainst && decision.revision !== status?.target) {
    const target = decision.action === 'Abort' ? status?.active : (decision.to ?? status?.target);
    if (status?.target === target) return decision.revision;
  }
  return status?.target;
};
