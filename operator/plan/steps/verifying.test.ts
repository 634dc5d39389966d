import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import { findCondition } from '../../api/conditions.ts';
import { plan } from '../plan.ts';
import { toTime } from '../time.ts';
import type { MeasurementView, Plan, SlotView, Snapshot } from '../types.ts';
import {
  check,
  filled,
  kinds,
  measured,
  NOW,
  release,
  service,
  sized,
  slotView,
  statusAt,
  world,
} from '../world.fixture.ts';

const spec: Partial<BlueGreenSpec> = {
  checks: { before: [], after: { windowSeconds: 60, checks: [check('errors')] } },
};

/** Traffic has moved to `web-2`. */
const switched = (change: Partial<SlotView> = {}, old: Partial<SlotView> = {}): Partial<Snapshot> => ({
  ...filled({ claim: '1', ...change }, old),
  services: { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') },
  endpoints: [{ slot: 'green', ready: true }],
});

const slots: BlueGreenStatus['slots'] = {
  blue: { revision: 'web-1', replicas: 2, ready: 2 },
  green: { revision: 'web-2', replicas: 2, ready: 2, claim: '1' },
};

const verifying = plan(world(statusAt('Switching', { release, slots }), switched(), spec), NOW).status;

const next = (
  change: Partial<Snapshot> = {},
  specChange: Partial<BlueGreenSpec> = {},
  at = NOW,
  status = verifying,
): Plan => plan(world(status, { ...switched(), ...change }, { ...spec, ...specChange }), at);

const idOf = (number = 0): string => `${verifying.checks?.run}/After/errors/${number}`;
const failure: MeasurementView[] = [measured(idOf(), 'fail', 'value 0.5 is not < 0.01')];

describe('a release that has been switched', () => {
  test('is verified before it counts as promoted', () => {
    expect(verifying).toMatchObject({
      active: 'web-2',
      release: { revision: 'web-2' },
      step: { name: 'Verifying', deadline: toTime(NOW + 60_000) },
      checks: { stage: 'After', revision: 'web-2' },
      history: [],
    });
    expect(findCondition(verifying.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Verifying' });
    expect(next().actions).toContainEqual(
      expect.objectContaining({ kind: 'measure', id: idOf(), slot: 'green', revision: 'web-2' }),
    );
  });

  test('is measured until the window is over, however many have passed', () => {
    const early = next({ measurements: [measured(idOf(), 'pass')] }, {}, NOW + 1000);
    expect(early.status).toMatchObject({ step: { name: 'Verifying' }, checks: { results: [{ phase: 'Running' }] } });
    expect(next({}, {}, NOW + 12_000, early.status).actions).toMatchObject([{ kind: 'measure', id: idOf(1) }]);
    const over = next({}, {}, NOW + 60_000, early.status);
    expect(over.status).toMatchObject({ step: { name: 'Retiring' }, active: 'web-2' });
    expect(over.status.history[0]).toMatchObject({ revision: 'web-2', outcome: 'Promoted' });
    expect(over.status.release).toBeUndefined();
  });

  test('is not promoted by the end of the window alone', () => {
    const over = next({}, {}, NOW + 60_000);
    expect(over.status.step.name).toBe('Verifying');
    expect(kinds(over)).toContain('measure');
  });

  test('case 8: goes back to the old slot when a check fails, and is not tried again by itself', () => {
    const result = next({ measurements: failure });
    expect(result.status).toMatchObject({
      step: { name: 'Switching' },
      release: { revision: 'web-1', rollback: true },
      rejected: 'web-2',
      target: 'web-1',
      active: 'web-2',
    });
    expect(result.status.history[0]).toMatchObject({
      revision: 'web-2',
      outcome: 'Failed',
      reason: 'CheckFailed',
      message: 'check errors failed: value 0.5 is not < 0.01',
    });
    expect(result.actions).toEqual([]);
    const move = next({ announced: result.status.step.since }, {}, NOW + 300, result.status);
    expect(kinds(move)).toEqual(['claim', 'fence']);
    expect(move.status.step.name).toBe('Switching');
  });

  const olds: Record<string, Partial<Snapshot>> = {
    'not whole': switched({}, { ready: 1 }),
    empty: switched({}, sized(0)),
    gone: { slots: { green: slotView('green', 'web-2', { claim: '1' }) } },
  };
  test.each(Object.keys(olds))('stays where it is when a check fails and the old slot is %s, and says so', (name) => {
    const change = olds[name];
    const result = next({ ...change, measurements: failure });
    expect(result.status.step.name).toBe('Verifying');
    expect(kinds(result)).not.toContain('select');
    const stalled = findCondition(result.status.conditions, 'Stalled');
    expect(stalled).toMatchObject({ status: 'True', reason: 'NothingWhole' });
    expect(stalled?.message).toContain('check errors failed: value 0.5 is not < 0.01; web-2 still serves');
    // As soon as the old slot is whole again, it goes on.
    expect(next({}, {}, NOW, result.status).status.step.name).toBe('Switching');
  });

  test('is taken back by Abort', () => {
    const result = next({}, { decision: { revision: 'web-2', action: 'Abort' } });
    expect(result.status).toMatchObject({
      step: { name: 'Switching' },
      release: { revision: 'web-1', rollback: true },
    });
    expect(result.status.history[0]).toMatchObject({ revision: 'web-2', outcome: 'Aborted' });
    expect(next({}, { decision: { revision: 'web-1', action: 'Abort' } }).status.step.name).toBe('Verifying');
  });

  test('is left at once when it loses every pod', () => {
    const result = next(switched({ ready: 0 }));
    expect(result.status).toMatchObject({ step: { name: 'Switching' }, rejected: 'web-2' });
    expect(result.status.history[0]?.reason).toBe('PodsNotReady');
  });

  test('gives way to a newer template, and to the old one', () => {
    const { desired } = world(verifying);
    const newer = next({ desired: { ...desired, revision: 'web-3' } });
    expect(newer.status).toMatchObject({ step: { name: 'Retiring' }, active: 'web-2' });
    expect(newer.status.history[0]).toMatchObject({ revision: 'web-2', outcome: 'Superseded' });
    const older = next({ desired: { ...desired, revision: 'web-1' } });
    const back = next({ desired: { ...desired, revision: 'web-1' } }, {}, NOW, older.status);
    expect(back.status).toMatchObject({ step: { name: 'Switching' }, release: { revision: 'web-1', rollback: true } });
  });

  test('goes on being verified while a ConfigMap is missing', () => {
    const { desired } = world(verifying);
    const missing = { ...desired, revision: undefined, missing: ['ConfigMap config is missing'] };
    const result = next({ desired: missing, measurements: failure });
    expect(result.status).toMatchObject({ step: { name: 'Switching' }, rejected: 'web-2' });
  });

  test('grows with its old slot, which is never made smaller', () => {
    const bigger = next({}, { replicas: 3 });
    for (const slot of ['blue', 'green']) {
      expect(bigger.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot, replicas: 3 }));
    }
    expect(next({}, { replicas: 1 }).actions).not.toContainEqual(
      expect.objectContaining({ kind: 'scale', slot: 'blue' }),
    );
  });

  test('case 17: a pause stops the window, and begins no measurement', () => {
    const paused = next({}, { paused: true }, NOW + 20_000);
    expect(kinds(paused)).not.toContain('measure');
    expect(paused.status.step).toMatchObject({ name: 'Verifying', remainingSeconds: 40 });
    const resumed = next({}, {}, NOW + 3_600_000, paused.status);
    expect(resumed.status.step).toMatchObject({ name: 'Verifying', deadline: toTime(NOW + 3_640_000) });
  });
});

test('a way back is not verified', () => {
  const back = { ...release, revision: 'web-1', rollback: true };
  const status = statusAt('Switching', { active: 'web-2', release: back, slots });
  const change = { ...switched(), services: { active: service('web', 'web-1') }, endpoints: [] };
  const endpoints = [{ slot: 'blue' as const, ready: true }];
  const result = plan(world(status, { ...change, endpoints }, { ...spec, services: { active: 'web' } }), NOW);
  expect(result.status).toMatchObject({ active: 'web-1', step: { name: 'Retiring' } });
});
