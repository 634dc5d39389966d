import type { BlueGreenStatus, HistoryEntry, ReleaseStatus, Step } from '../../api/bluegreen.ts';
import type { CheckStatus, ChecksStatus } from '../../api/checks.ts';
import { findCondition } from '../../api/conditions.ts';
import type { Condition, ConditionType } from '../../api/conditions.ts';

/** A step that has ended. */
export interface EndedStep extends Step {
  until: string;
}

/** How one check's measurements have moved. */
export interface CheckProgress {
  stage: ChecksStatus['stage'];
  revision: string;
  check: CheckStatus;
  /** The check as it was; absent if its run has begun since. */
  before: CheckStatus | undefined;
}

/** What happened between two statuses of one BlueGreen, in the order in which it is told. */
export interface Transition {
  /** Checks whose state is another one. */
  checks: CheckProgress[];
  /** Nothing moves any more until somebody changes something, or for another reason than before. */
  stalled: Condition | undefined;
  /** Releases that ended, or whose end turned out otherwise afterwards; oldest first. */
  ended: HistoryEntry[];
  /** The release that began. */
  started: ReleaseStatus | undefined;
  left: EndedStep | undefined;
  entered: Step | undefined;
  /** Whether it is paused now, when that has changed. */
  paused: boolean | undefined;
}

/** Compares the status on record with the one that was written over it. The first status of an object tells of nothing. */
export const transitionBetween = (before: BlueGreenStatus | undefined, after: BlueGreenStatus): Transition => {
  const moved =
    before !== undefined && (before.step.since !== after.step.since || before.step.name !== after.step.name);
  const stalled = conditionOf(after, 'Stalled');
  const paused = isTrue(conditionOf(after, 'Paused'));
  const isNewStall = isTrue(stalled) && !isSame(stalled, before && conditionOf(before, 'Stalled'));
  return {
    checks: checksBetween(before?.checks, after.checks),
    stalled: isNewStall ? stalled : undefined,
    ended: before === undefined ? [] : endedBetween(before.history, after.history),
    started: startOf(before?.release) === startOf(after.release) ? undefined : after.release,
    left: moved ? { ...before.step, until: after.step.since } : undefined,
    entered: moved ? after.step : undefined,
    paused: paused === isTrue(before && conditionOf(before, 'Paused')) ? undefined : paused,
  };
};

const conditionOf = ({ conditions }: BlueGreenStatus, type: ConditionType): Condition | undefined =>
  findCondition(conditions, type);

const isTrue = (condition: Condition | undefined): boolean => condition?.status === 'True';

const isSame = (left: Condition | undefined, right: Condition | undefined): boolean =>
  left?.status === right?.status && left?.reason === right?.reason;

const startOf = (release: ReleaseStatus | HistoryEntry | undefined): string | undefined =>
  release && `${release.revision} ${release.startedAt}`;

const endedBetween = (before: readonly HistoryEntry[], after: readonly HistoryEntry[]): HistoryEntry[] => {
  const outcomes = new Map(before.map((entry) => [startOf(entry), entry.outcome]));
  return after.filter((entry) => outcomes.get(startOf(entry)) !== entry.outcome).toReversed();
};

const checksBetween = (before: ChecksStatus | undefined, after: ChecksStatus | undefined): CheckProgress[] => {
  if (after === undefined) return [];
  const { stage, revision, run, results } = after;
  const known = before?.run === run && before.stage === stage ? before.results : [];
  return results
    .map((check) => ({ stage, revision, check, before: known.find(({ name }) => name === check.name) }))
    .filter(({ check, before: was }) => was?.phase !== check.phase || measured(was) !== measured(check));
};

const measured = ({ passed, failed, inconclusive }: CheckStatus): number => passed + failed + inconclusive;
