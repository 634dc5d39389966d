import { expect, test } from '@jest/globals';
import type { BlueGreenStatus, StepName } from '../../api/bluegreen.ts';
import type { CheckStatus, ChecksStatus } from '../../api/checks.ts';
import { announcementsOf } from './events.ts';
import { endedAs, holding, release, second, statusIn } from './status.fixture.ts';
import { transitionBetween } from './transition.ts';

/** The events of a sequence of statuses, as `Warning Reason: message`. */
const told = (...statuses: (BlueGreenStatus | undefined)[]): string[] =>
  statuses.slice(1).flatMap((after, index) => {
    if (after === undefined) return [];
    return announcementsOf(transitionBetween(statuses[index], after), after).map(
      ({ type, reason, message }) => `${type === 'Warning' ? 'Warning ' : ''}${reason}: ${message}`,
    );
  });

const through = (steps: StepName[]): BlueGreenStatus[] =>
  steps.map((step, index) => statusIn(step, index + 1, { release }));

const check = (more: Partial<CheckStatus>): CheckStatus => ({
  name: 'smoke',
  kind: 'http',
  phase: 'Running',
  passed: 0,
  failed: 0,
  inconclusive: 0,
  ...more,
});
const checks = (result: CheckStatus): ChecksStatus => ({
  stage: 'Before',
  revision: 'web-2',
  run: 'one',
  results: [result],
});

test('a release with every gate has one event for each step, in the order of the steps', () => {
  const steps = through([
    'Waiting',
    'Filling',
    'Soaking',
    'Checking',
    'AwaitingPromotion',
    'Scaling',
    'Overlapping',
    'Switching',
  ]);
  const promoted = { active: 'web-2', history: [endedAs('Promoted', 'serves instead of web-1')] };
  const retiring = statusIn('Retiring', 9, promoted);
  retiring.step.deadline = second(39);
  expect(told(statusIn('Stable', 0), ...steps, retiring, statusIn('Stable', 39, promoted))).toEqual([
    'ReleaseStarted: preparing web-2',
    'Filling: the pods of web-2 are brought up',
    'Soaking: web-2 is ready and is watched',
    'Checking: web-2 is checked before the switch',
    'AwaitingPromotion: web-2 waits for a person to promote it',
    'Scaling: web-2 is brought to full size',
    'Overlapping: web-1 and web-2 serve together',
    'Switching: traffic moves from web-1 to web-2',
    'Promoted: web-2: serves instead of web-1',
    'Retiring: the slot that served before web-2 is kept whole until 12:00:39Z',
    'Stable: web-2 serves alone',
  ]);
});

test('a failed check is told before the end of the release, and that before the step', () => {
  const failed = check({ phase: 'Failed', passed: 1, failed: 1, last: 'status 500' });
  const rejected = holding('Stalled', 'Rejected', 'web-2 failed; web-1 serves until the spec changes');
  expect(
    told(
      statusIn('Checking', 5, { release, checks: checks(check({ passed: 1 })) }),
      statusIn('Stable', 9, {
        checks: checks(failed),
        conditions: [rejected],
        history: [endedAs('Failed', 'check smoke: status 500')],
      }),
    ),
  ).toEqual([
    'Warning CheckFailed: web-2: check smoke before the switch: status 500',
    'Warning Rejected: web-2 failed; web-1 serves until the spec changes',
    'Warning Failed: web-2: check smoke: status 500',
    'Stable: web-1 serves alone, web-2 does not',
  ]);
});

test('a check is told once, when it has its result', () => {
  const running = statusIn('Checking', 5, { release, checks: checks(check({ passed: 1 })) });
  const passed = statusIn('Checking', 5, { release, checks: checks(check({ phase: 'Passed', passed: 2 })) });
  expect(told(running, passed, passed)).toEqual(['CheckPassed: web-2: check smoke before the switch']);
});

test('a revision that fails after its switch is told as failed, then as taken back', () => {
  const promoted = statusIn('Retiring', 9, { active: 'web-2', history: [endedAs('Promoted')] });
  const back = { revision: 'web-1', startedAt: second(12), steps: {}, rollback: true };
  const leaving = statusIn('Switching', 12, {
    active: 'web-2',
    history: [endedAs('Failed', 'no pod is ready')],
    release: back,
  });
  expect(told(promoted, leaving)).toEqual([
    'Warning Failed: web-2: no pod is ready',
    'Warning TakenBack: going back to web-1, because web-2 failed: no pod is ready',
    'Switching: traffic moves from web-2 to web-1',
  ]);
});

test('a way back that is asked for is no taking back', () => {
  const back = { revision: 'web-1', startedAt: second(12), steps: {}, rollback: true };
  expect(
    told(statusIn('Retiring', 9, { active: 'web-2' }), statusIn('Switching', 12, { active: 'web-2', release: back })),
  ).toEqual(['RollbackStarted: going back to web-1', 'Switching: traffic moves from web-2 to web-1']);
});

const filling = (reason?: string): BlueGreenStatus =>
  statusIn('Filling', 2, { release, conditions: reason === undefined ? [] : [holding('Stalled', reason, 'why')] });

test('a stall is told when it begins and when its reason changes, not while it lasts', () => {
  expect(
    told(filling(), filling('InvalidTemplate'), filling('InvalidTemplate'), filling('ReleaseLost'), filling()),
  ).toEqual(['Warning InvalidTemplate: why', 'Warning ReleaseLost: why']);
});

test('a pause and its end are told', () => {
  const paused = statusIn('Filling', 2, { release, conditions: [holding('Paused', 'Paused')] });
  const going = statusIn('Filling', 2, { release });
  expect(told(going, paused, paused, going)).toEqual(['Paused: spec.paused is true', 'Resumed: goes on']);
});

test('the first status of an object, and one that says the same, tell nothing', () => {
  const first = statusIn('Stable', 0, { history: [endedAs('Promoted')] });
  expect(told(undefined, first, first)).toEqual([]);
});
