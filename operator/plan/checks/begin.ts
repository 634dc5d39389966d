import { type Check, type CheckStage, type CheckStatus, kindOf } from '../../api/checks.ts';
import type { Draft } from '../draft.ts';

const untouched = (check: Check): CheckStatus => ({
  name: check.name,
  kind: kindOf(check),
  phase: 'Pending',
  passed: 0,
  failed: 0,
  inconclusive: 0,
});

/** A name that no earlier run has, also when the clock was set back: measurements of that run are not taken for new ones. */
const nextRun = (now: number, last: string | undefined): string => {
  const before = parseInt(last ?? '', 36);
  return Math.max(Math.floor(now), Number.isNaN(before) ? 0 : before + 1).toString(36);
};

/** The checks of a stage. */
export const checksOf = (draft: Draft, stage: CheckStage): Check[] =>
  stage === 'Before' ? draft.spec.checks.before : draft.spec.checks.after.checks;

/** Put on record that the checks of a stage begin, with no measurement yet. */
export const beginChecks = (draft: Draft, stage: CheckStage, revision: string): void => {
  const run = nextRun(draft.now, draft.status.checks?.run);
  draft.status.checks = { stage, revision, run, results: checksOf(draft, stage).map(untouched) };
};

/** Begin the checks of a stage if status does not say so, as when somebody has edited it. */
export const expectChecks = (draft: Draft, stage: CheckStage, revision: string): void => {
  const { checks } = draft.status;
  if (checks?.stage !== stage || checks.revision !== revision) beginChecks(draft, stage, revision);
};

/** The result of a check so far. One that was put into the spec since has none; one of another kind is another check. */
export const resultOf = (draft: Draft, check: Check): CheckStatus => {
  const { results = [] } = draft.status.checks ?? {};
  return results.find(({ name, kind }) => name === check.name && kind === kindOf(check)) ?? untouched(check);
};
