import type { CheckStatus } from '../../../api/checks.ts';
import { since } from '../../output/duration.ts';
import type { Cause, Evidence } from '../evidence.ts';
import { target } from '../evidence.ts';
import { moving, stuck } from '../finding.ts';
import type { Finding } from '../finding.ts';

/** The checks of the release that is under way: one that fails, one that gets no data, or one that is still counting. */
export const checks: Cause = (evidence) => {
  const { status } = evidence.blueGreen;
  const isChecking = status?.step.name === 'Checking' || status?.step.name === 'Verifying';
  if (!isChecking || status.checks === undefined) return [];
  return status.checks.results.filter(({ phase }) => phase !== 'Passed').map((result) => explain(evidence, result));
};

const explain = (evidence: Evidence, result: CheckStatus): Finding => {
  const { name, kind, passed, failed, inconclusive, last, lastAt } = result;
  const { checks: of, step } = evidence.blueGreen.status ?? {};
  const seen =
    last === undefined ? [] : [`${last}${lastAt === undefined ? '' : ` (${since(lastAt, evidence.now)} ago)`}`];
  const giveUp = `Or give the release up: kubectl relevo abort ${target(evidence)}`;
  if (failed > 0) {
    return stuck(
      'CheckFailing',
      `Check ${name} (${kind}) of ${of?.revision} has failed ${failed} times and passed ${passed} times`,
      seen,
      [NEXT[kind], giveUp],
    );
  }
  if (inconclusive > 0) {
    return stuck(
      'CheckWithoutData',
      `Check ${name} (${kind}) of ${of?.revision} got no answer to judge, ${inconclusive} times: that is never a pass`,
      seen,
      [
        kind === 'prometheus'
          ? 'Try the query where Prometheus is: does the new release have traffic, and is it scraped? Too little data: a longer range, or soakSeconds'
          : NEXT[kind],
        giveUp,
      ],
    );
  }
  return moving('Checking', `Check ${name} (${kind}) has passed ${passed} times and goes on in step ${step?.name}`);
};

const NEXT: Readonly<Record<CheckStatus['kind'], string>> = {
  http: 'Ask a pod of the new slot yourself: kubectl port-forward to one, and the path of the check',
  job: "Read the Job's log: kubectl logs job/… (kubectl get jobs -l relevo.dev/bluegreen)",
  prometheus: "Try the query in Prometheus, and compare with the check's condition",
};
