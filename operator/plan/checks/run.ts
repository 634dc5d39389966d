import type { Check, CheckStage, CheckStatus } from '../../api/checks.ts';
import type { Slot } from '../../api/names.ts';
import type { Draft } from '../draft.ts';
import { fromTime } from '../time.ts';
import type { MeasurementView } from '../types.ts';
import { checksOf, expectChecks, resultOf } from './begin.ts';
import { fold, measurementsOf, phaseOf } from './fold.ts';
import { progressOf } from './sentence.ts';

/** The checks of one stage of a release. */
export interface ChecksRun {
  stage: CheckStage;
  revision: string;
  /** More measurements are asked for, however many have passed. */
  isOpen: boolean;
}

/** What the checks of a stage say together. */
export interface ChecksVerdict {
  /** The first check that has failed. */
  failed?: CheckStatus | undefined;
  /** Every check has passed. */
  isPassed: boolean;
}

const findMeasurement = (draft: Draft, stage: CheckStage, result: CheckStatus): MeasurementView | undefined => {
  const id = idOf(draft, stage, result);
  return draft.snapshot.measurements.find((one) => one.id === id);
};

/** A measurement's name: of the same release, stage, check and number, whichever process asks. */
const idOf = (draft: Draft, stage: CheckStage, result: CheckStatus): string =>
  `${draft.status.checks?.run ?? ''}/${stage}/${result.name}/${measurementsOf(result)}`;

/** The result of a check with its measurement, if that has ended. */
const taken = (draft: Draft, { stage, isOpen }: ChecksRun, check: Check, result: CheckStatus): CheckStatus => {
  const found = findMeasurement(draft, stage, result);
  const folded = found?.state === 'done' ? fold(result, found) : result;
  return { ...folded, phase: phaseOf(check, folded, isOpen, found?.state === 'running') };
};

/**
 * Put the results of measurements on record. A measurement's number is the count of those before it, and both go into
 * the same write of status, so none counts twice, whoever made it and however often.
 */
export const takeResults = (draft: Draft, run: ChecksRun): ChecksVerdict => {
  const { stage, revision } = run;
  const checks = checksOf(draft, stage);
  expectChecks(draft, stage, revision);
  const results = checks.map((check) => taken(draft, run, check, resultOf(draft, check)));
  if (draft.status.checks) draft.status.checks = { ...draft.status.checks, results };
  return {
    failed: results.find(({ phase }) => phase === 'Failed'),
    isPassed: results.every(({ phase }) => phase === 'Passed'),
  };
};

/** When the next measurement is due. A time of another process's clock holds nothing up for longer than the interval. */
const dueAt = (draft: Draft, check: Check, { lastAt }: CheckStatus): number =>
  lastAt === undefined ? draft.now : Math.min(fromTime(lastAt), draft.now) + check.intervalSeconds * 1000;

/** Begin the measurements that are due, and say how far the checks are. */
export const measure = (draft: Draft, { stage, revision }: ChecksRun, slot: Slot): void => {
  const checks = checksOf(draft, stage);
  for (const [index, result] of (draft.status.checks?.results ?? []).entries()) {
    const check = checks[index];
    if (check === undefined || result.phase === 'Passed' || result.phase === 'Failed') continue;
    draft.waitFor(progressOf(check, result));
    if (findMeasurement(draft, stage, result) !== undefined) continue;
    const due = dueAt(draft, check, result);
    const id = idOf(draft, stage, result);
    if (due > draft.now) draft.wake(due);
    else draft.actions.push({ kind: 'measure', id, stage, check: check.name, slot, revision });
  }
};
