import type { BlueGreenStatus, HistoryEntry, Outcome, ReleaseStatus, Step, StepName } from '../../api/bluegreen.ts';
import type { CheckProgress, Transition } from './transition.ts';

/** One event about a BlueGreen, for people. */
export interface Announcement {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/**
 * The events of one write of the status. There is at most one of each row, in this order; nothing is told that the status on record does not say.
 *
 * | reason | type | when |
 * | --- | --- | --- |
 * | `CheckPassed`, `CheckFailed` | Normal, Warning | a check has its result, with its last answer |
 * | the reason of the condition Stalled, such as `ProgressDeadlineExceeded`, `InvalidTemplate`, `NothingWhole` | Warning | nothing moves until somebody changes something |
 * | `Promoted`, `Superseded`, `Aborted`, `Failed`, `RolledBack` | Normal for the first two, else Warning | a release has ended so; again when it is taken back afterwards |
 * | `ReleaseStarted` | Normal | a release begins (it enters Waiting, which has no event of its own) |
 * | `RollbackStarted` | Normal | a way back begins because somebody asks for it |
 * | `TakenBack` | Warning | a way back begins because the revision that serves has failed |
 * | `Filling`, `Soaking`, `Checking`, `AwaitingPromotion`, `Scaling`, `Overlapping`, `Switching`, `Verifying`, `Abandoning`, `Retiring`, `Stable` | Normal | that step is entered |
 * | `Paused`, `Resumed` | Normal | spec.paused has changed |
 *
 * Three more are told when they happen, apart from a change of the status: `SelectorPutBack` (Warning; somebody had
 * changed a Service's selector), `ActionFailed` (Warning; the API server refuses a write, and why) and `ActiveLost`
 * (Warning; no slot holds the revision that serves any more).
 */
export const announcementsOf = (transition: Transition, after: BlueGreenStatus): Announcement[] => {
  const { checks, stalled, ended, started, entered, paused } = transition;
  const step = entered === undefined ? undefined : ofStep(entered, after, transition);
  return [
    ...checks.flatMap(ofCheck),
    ...(stalled === undefined ? [] : [warning(stalled.reason, stalled.message)]),
    ...ended.map(ofEnd),
    ...(started === undefined ? [] : [ofStart(started, transition)]),
    ...(entered === undefined || step === undefined ? [] : [normal(entered.name, step)]),
    ...(paused === undefined ? [] : [paused ? normal('Paused', 'spec.paused is true') : normal('Resumed', 'goes on')]),
  ];
};

const normal = (reason: string, message: string): Announcement => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): Announcement => ({ type: 'Warning', reason, message });

const ofCheck = ({ check, before, stage, revision }: CheckProgress): Announcement[] => {
  if (check.phase === before?.phase || (check.phase !== 'Passed' && check.phase !== 'Failed')) return [];
  const when = stage === 'Before' ? 'before the switch' : 'after the switch';
  const message = `${revision}: check ${check.name} ${when}${check.last === undefined ? '' : `: ${check.last}`}`;
  return [check.phase === 'Passed' ? normal('CheckPassed', message) : warning('CheckFailed', message)];
};

const ORDINARY: ReadonlySet<Outcome> = new Set<Outcome>(['Promoted', 'Superseded']);

const ofEnd = ({ revision, outcome, message }: HistoryEntry): Announcement =>
  (ORDINARY.has(outcome) ? normal : warning)(outcome, `${revision}: ${message}`);

const ofStart = ({ revision, rollback }: ReleaseStatus, { ended }: Transition): Announcement => {
  if (rollback !== true) return normal('ReleaseStarted', `preparing ${revision}`);
  const failed = ended.find(({ outcome }) => outcome === 'Failed');
  if (failed === undefined) return normal('RollbackStarted', `going back to ${revision}`);
  return warning('TakenBack', `going back to ${revision}, because ${failed.revision} failed: ${failed.message}`);
};

/** What a step is about, in one sentence; undefined for the one that ReleaseStarted tells of. */
const ofStep = ({ name, deadline }: Step, status: BlueGreenStatus, { ended }: Transition): string | undefined => {
  const { active = 'nothing' } = status;
  const revision = status.release?.revision ?? active;
  const given = ended.find((entry) => entry.revision !== active);
  const until = deadline === undefined ? '' : ` until ${deadline.slice(11, 19)}Z`;
  const sentences: Record<StepName, string | undefined> = {
    Waiting: undefined,
    Filling: `the pods of ${revision} are brought up`,
    Soaking: `${revision} is ready and is watched${until}`,
    Checking: `${revision} is checked before the switch`,
    AwaitingPromotion: `${revision} waits for a person to promote it`,
    Scaling: `${revision} is brought to full size`,
    Overlapping: `${active} and ${revision} serve together${until}`,
    Switching: `traffic moves from ${active} to ${revision}`,
    Verifying: `${revision} is checked after the switch${until}`,
    Abandoning: `the switch to ${revision} is given up`,
    Retiring: `the slot that served before ${active} is kept whole${until}`,
    Stable: `${active} serves alone${given === undefined ? '' : `, ${given.revision} does not`}`,
  };
  return sentences[name];
};
