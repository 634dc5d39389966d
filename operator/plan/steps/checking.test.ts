import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import type { Check } from '../../api/checks.ts';
import { findCondition } from '../../api/conditions.ts';
import { plan } from '../plan.ts';
import type { MeasurementView, Plan, Snapshot } from '../types.ts';
import { check, filled, kinds, measured, NOW, release, sized, statusAt, world } from '../world.fixture.ts';

const withChecks = (...before: Check[]): Partial<BlueGreenSpec> => ({
  checks: { before, after: { windowSeconds: 60, checks: [] } },
});
const smoke = withChecks(check('smoke'));

/** A status that has just entered Checking. */
const begun = (spec: Partial<BlueGreenSpec>): BlueGreenStatus =>
  plan(world(statusAt('Filling', { release }), filled(), spec), NOW).status;

const next = (
  status: BlueGreenStatus,
  spec: Partial<BlueGreenSpec>,
  measurements: MeasurementView[] = [],
  change: Partial<Snapshot> = filled(),
  at = NOW,
): Plan => plan(world(status, { ...change, measurements }, spec), at);

const idOf = ({ checks }: BlueGreenStatus, name: string, number = 0): string =>
  `${checks?.run}/Before/${name}/${number}`;

describe('the checks before the switch', () => {
  test('begin when the slot is ready, on record first, then side by side', () => {
    const spec = withChecks(check('smoke'), check('load'));
    const status = begun(spec);
    expect(status.step.name).toBe('Checking');
    expect(status.checks).toMatchObject({ stage: 'Before', revision: 'web-2' });
    expect(next(status, spec).actions).toEqual(
      ['smoke', 'load'].map((name) => ({
        kind: 'measure',
        id: idOf(status, name),
        stage: 'Before',
        check: name,
        slot: 'green',
        revision: 'web-2',
      })),
    );
  });

  test('are not begun again while they run, and say how far they are', () => {
    const status = begun(smoke);
    const result = next(status, smoke, [{ id: idOf(status, 'smoke'), state: 'running' }]);
    expect(result.actions).toEqual([]);
    expect(result.status.step.waitingFor).toBe('check smoke: 0 of 1 measurements passed');
    expect(result.status.checks?.results[0]?.phase).toBe('Running');
  });

  test('let the switch come when all have passed', () => {
    const spec = withChecks(check('smoke'), check('load'));
    const status = begun(spec);
    const one = next(status, spec, [measured(idOf(status, 'smoke'), 'pass')]);
    expect(one.status.step.name).toBe('Checking');
    expect(one.status.checks?.results.map(({ phase }) => phase)).toEqual(['Passed', 'Pending']);
    const both = next(one.status, spec, [measured(idOf(status, 'load'), 'pass')]);
    expect(both.status.step.name).toBe('Switching');
  });

  test('count each measurement once, however often its result is seen', () => {
    const spec = withChecks(check('smoke', { count: 2 }));
    const status = begun(spec);
    const found = [measured(idOf(status, 'smoke'), 'pass')];
    const once = next(status, spec, found);
    expect(once.status.checks?.results[0]).toMatchObject({ phase: 'Running', passed: 1, last: 'status 200' });
    expect(once.requeueAt).toBe(NOW + 10_000);
    const again = next(once.status, spec, found);
    expect(again.status.checks).toEqual(once.status.checks);
    const due = next(once.status, spec, [], filled(), NOW + 10_000);
    expect(due.actions).toMatchObject([{ kind: 'measure', id: idOf(status, 'smoke', 1) }]);
  });

  test('are measured again under the same id by a process that knows nothing of them', () => {
    const status = begun(smoke);
    const running = next(status, smoke, [{ id: idOf(status, 'smoke'), state: 'running' }]).status;
    expect(next(running, smoke).actions).toMatchObject([{ kind: 'measure', id: idOf(status, 'smoke') }]);
  });

  test('case 7: a failure ends the release, which is never switched and not tried again by itself', () => {
    const status = begun(smoke);
    const failed = next(status, smoke, [measured(idOf(status, 'smoke'), 'fail', 'status 500')]);
    expect(failed.status).toMatchObject({ step: { name: 'Stable' }, rejected: 'web-2', active: 'web-1' });
    expect(failed.status.history[0]).toMatchObject({
      outcome: 'Failed',
      reason: 'CheckFailed',
      message: 'check smoke failed: status 500',
    });
    expect(failed.status.checks?.results[0]).toMatchObject({ phase: 'Failed', failed: 1, last: 'status 500' });
    const after = next(failed.status, smoke);
    expect(after.status.step.name).toBe('Stable');
    expect(after.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'green', replicas: 0 }));
    expect(findCondition(after.status.conditions, 'Stalled')).toMatchObject({ status: 'True', reason: 'Rejected' });
  });

  test('allow as many failures as they say', () => {
    const spec = withChecks(check('smoke', { failuresAllowed: 1 }));
    const status = begun(spec);
    const once = next(status, spec, [measured(idOf(status, 'smoke'), 'fail')]);
    expect(once.status.step.name).toBe('Checking');
    const twice = next(once.status, spec, [measured(idOf(status, 'smoke', 1), 'fail')]);
    expect(twice.status.history[0]?.reason).toBe('CheckFailed');
  });

  test('never take an inconclusive measurement for a pass', () => {
    const status = begun(smoke);
    const once = next(status, smoke, [measured(idOf(status, 'smoke'), 'inconclusive', 'no data')]);
    expect(once.status).toMatchObject({ step: { name: 'Checking' }, checks: { results: [{ inconclusive: 1 }] } });
    const twice = next(once.status, smoke, [measured(idOf(status, 'smoke', 1), 'inconclusive', 'no data')]);
    expect(twice.status.history[0]).toMatchObject({
      reason: 'CheckFailed',
      message: 'check smoke found nothing out 2 times: no data',
    });
  });

  test('keep an answer short', () => {
    const status = begun(smoke);
    const result = next(status, smoke, [measured(idOf(status, 'smoke'), 'pass', 'x'.repeat(1000))]);
    expect(result.status.checks?.results[0]?.last).toHaveLength(300);
  });

  test('case 10: run afresh when the revision is tried again', () => {
    const status = begun(smoke);
    const failed = next(status, smoke, [measured(idOf(status, 'smoke'), 'fail')]).status;
    const { checks } = failed;
    if (checks === undefined) throw new TypeError('Expected results');
    const again = plan(world(statusAt('Filling', { release, checks }), filled(), smoke), NOW);
    expect(again.status.checks?.results).toMatchObject([{ phase: 'Pending', failed: 0 }]);
    expect(again.status.checks?.run).not.toBe(failed.checks?.run);
  });

  test('follow the spec: a check that is taken out is no longer waited for', () => {
    const status = begun(withChecks(check('smoke'), check('load')));
    expect(next(status, smoke, [measured(idOf(status, 'smoke'), 'pass')]).status.step.name).toBe('Switching');
  });

  test('are not begun in a pause, but what has ended is kept', () => {
    const paused = { ...withChecks(check('smoke', { count: 2 })), paused: true };
    const status = begun(withChecks(check('smoke', { count: 2 })));
    const result = next(status, paused, [measured(idOf(status, 'smoke'), 'pass')]);
    expect(result.actions).toEqual([]);
    expect(result.status.checks?.results[0]?.passed).toBe(1);
    expect(next(result.status, paused, [], filled(), NOW + 3_600_000).actions).toEqual([]);
  });

  test('are not skipped by Promote', () => {
    const promote: Partial<BlueGreenSpec> = { ...smoke, decision: { revision: 'web-2', action: 'Promote' } };
    const status = begun(promote);
    expect(status.step.name).toBe('Checking');
    expect(next(status, promote).status.step.name).toBe('Checking');
  });
});

describe('case 21: a change of size during the checks', () => {
  test('neither ends nor passes them, and nothing is measured until the slot is whole again', () => {
    const spec = { ...withChecks(check('smoke', { count: 2 })), replicas: 3 };
    const status = begun(withChecks(check('smoke', { count: 2 })));
    const once = next(status, spec, [measured(idOf(status, 'smoke'), 'pass')]);
    expect(kinds(once)).toContain('scale');
    const growing = next(once.status, spec, [], filled({ ...sized(3), ready: 2 }), NOW + 20_000);
    expect(growing.status).toMatchObject({ step: { name: 'Checking' }, checks: { results: [{ passed: 1 }] } });
    expect(kinds(growing)).not.toContain('measure');
    const whole = next(growing.status, spec, [], filled(sized(3)), NOW + 20_000);
    expect(whole.actions).toContainEqual(expect.objectContaining({ kind: 'measure', id: idOf(status, 'smoke', 1) }));
    expect(whole.status.step.deadline).toBeUndefined();
  });

  test('that never becomes whole counts as stalled', () => {
    const status = begun(smoke);
    const waiting = next(status, smoke, [], filled({ ready: 1 }));
    expect(waiting.requeueAt).toBeDefined();
    const late = next(waiting.status, smoke, [], filled({ ready: 1 }), NOW + 60_000);
    expect(findCondition(late.status.conditions, 'Stalled')?.reason).toBe('ProgressDeadlineExceeded');
  });

  test('a release that loses all its pods begins again', () => {
    expect(next(begun(smoke), smoke, [], filled({ ready: 0 })).status.step.name).toBe('Filling');
  });
});
