import type { Check, CheckStatus } from '../../api/checks.ts';

/** How far a check is, with its last answer. */
export const progressOf = ({ count }: Check, result: CheckStatus): string => {
  const { name, passed, failed, inconclusive, last } = result;
  const counts = [
    `${passed} of ${Math.max(count, passed)} measurements passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ];
  return `check ${name}: ${counts.join(', ')}${last === undefined ? '' : `; the last: ${last}`}`;
};

/** Why a check has failed: its last answer. */
export const failureOf = ({ name, failed, inconclusive, last }: CheckStatus): string => {
  const what = failed > 0 ? 'failed' : `found nothing out ${inconclusive} times`;
  return `check ${name} ${what}${last === undefined ? '' : `: ${last}`}`;
};
