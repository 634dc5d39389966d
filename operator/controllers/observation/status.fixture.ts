import type { BlueGreenStatus, HistoryEntry, StepName } from '../../api/bluegreen.ts';
import type { Condition, ConditionType } from '../../api/conditions.ts';

/** The time of day in a minute of tests: `12:00:SS`. */
export const second = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString();

/** A status in that step since that second; `web-1` serves. */
export const statusIn = (
  step: StepName,
  since: number,
  more: Partial<BlueGreenStatus> = {},
): BlueGreenStatus & { active: string } => ({
  observedGeneration: 1,
  active: 'web-1',
  target: 'web-2',
  slots: {},
  step: { name: step, since: second(since) },
  conditions: [],
  history: [],
  replicas: 1,
  selector: '',
  ...more,
});

/** A release of web-2 that began in second 1. */
export const release = { revision: 'web-2', startedAt: second(1), steps: {} };

/** How that release ended, in second 9. */
export const endedAs = (outcome: HistoryEntry['outcome'], message = 'for a reason'): HistoryEntry => ({
  ...release,
  outcome,
  reason: 'Reason',
  message,
  endedAt: second(9),
  steps: { Filling: 5 },
});

/** A condition that holds. */
export const holding = (type: ConditionType, reason: string, message = ''): Condition => ({
  type,
  status: 'True',
  reason,
  message,
  lastTransitionTime: second(0),
  observedGeneration: 1,
});
