import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec, BlueGreenStatus, DecisionAction } from '../api/bluegreen.ts';
import { findCondition } from '../api/conditions.ts';
import { bothSelector } from '../api/names.ts';
import { plan } from './plan.ts';
import { toTime } from './time.ts';
import { filled, kinds, NOW, release, service, sized, statusAt, world } from './world.fixture.ts';

const decide = (action: DecisionAction, revision = 'web-2', requestedAt?: string): Partial<BlueGreenSpec> => ({
  decision: { revision, action, ...(requestedAt === undefined ? {} : { requestedAt }) },
});
const manual: Partial<BlueGreenSpec> = { promotion: { mode: 'Manual', soakSeconds: 0 } };
const soak: Partial<BlueGreenSpec> = { promotion: { mode: 'Automatic', soakSeconds: 600 } };
const rejected: Partial<BlueGreenStatus> = { rejected: 'web-2' };

describe('a release that a person promotes', () => {
  test('waits when it is ready, and the object is Ready meanwhile', () => {
    const first = plan(world(statusAt('Filling', { release }), filled(), manual), NOW);
    expect(first.status.step).toEqual({
      name: 'AwaitingPromotion',
      since: toTime(NOW),
      waitingFor: 'a person to promote web-2 (kubectl relevo promote web)',
    });
    const result = plan(world(first.status, filled(), manual), NOW + 3_600_000);
    expect(result.status.step).toEqual(first.status.step);
    expect(result.actions).toEqual([]);
    const { conditions } = result.status;
    expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'True', reason: 'AwaitingPromotion' });
    expect(findCondition(conditions, 'Reconciling')?.status).toBe('False');
    expect(findCondition(conditions, 'Stalled')?.status).toBe('False');
  });

  test('is promoted by the decision that names it, and by no other', () => {
    const status = statusAt('AwaitingPromotion', { release });
    const after = (decision: Partial<BlueGreenSpec>): string =>
      plan(world(status, filled(), { ...manual, ...decision }), NOW).status.step.name;
    expect(after(decide('Promote', 'web-1'))).toBe('AwaitingPromotion');
    expect(after(decide('Retry'))).toBe('AwaitingPromotion');
    expect(after(decide('Promote'))).toBe('Switching');
  });

  test('is not Ready while the active one is not whole', () => {
    const status = statusAt('AwaitingPromotion', { release });
    const result = plan(world(status, filled({}, { ready: 1 }), manual), NOW);
    expect(findCondition(result.status.conditions, 'Ready')?.status).toBe('False');
  });

  test('begins again when it loses all its pods', () => {
    const status = statusAt('AwaitingPromotion', { release });
    expect(plan(world(status, filled({ ready: 0 }), manual), NOW).status.step.name).toBe('Filling');
  });

  test('needs no promotion when it is a way back that a person asks for', () => {
    const status = statusAt('Filling', { release });
    const to = { desired: { ...world(status).desired, revision: 'web-3' } };
    const rollback: Partial<BlueGreenSpec> = { decision: { revision: 'web-3', action: 'Rollback', to: 'web-2' } };
    expect(plan(world(status, { ...filled(), ...to }, { ...manual, ...rollback }), NOW).status.step.name).toBe(
      'Switching',
    );
  });
});

test('Promote ends the soak', () => {
  const status = statusAt('Soaking', { release });
  expect(plan(world(status, filled(), soak), NOW).status.step.name).toBe('Soaking');
  expect(plan(world(status, filled(), { ...soak, ...decide('Promote') }), NOW).status.step.name).toBe('Switching');
});

describe('the size before promotion', () => {
  const preview: Partial<BlueGreenSpec> = { replicas: 3, preview: { replicas: 1 } };

  test('case 6: one pod before promotion, all of them before the switch', () => {
    const verdicts = { 'web-2': { accepted: true } as const };
    const filling = plan(world(statusAt('Filling', { release }), { verdicts }, preview), NOW);
    expect(filling.actions).toContainEqual(expect.objectContaining({ kind: 'fill', replicas: 1 }));
    const one = filled(sized(1));
    const ready = plan(world(statusAt('Filling', { release }), one, preview), NOW);
    expect(ready.status.step).toMatchObject({ name: 'Scaling', deadline: toTime(NOW + 60_000) });
    const scaling = plan(world(ready.status, one, preview), NOW);
    expect(scaling.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'green', replicas: 3 }));
    expect(plan(world(ready.status, filled({ ...sized(3), ready: 2 }), preview), NOW).status.step.name).toBe('Scaling');
    expect(plan(world(ready.status, filled(sized(3)), preview), NOW).status.step.name).toBe('Switching');
  });

  test('follows a size below it, and is not above the full one', () => {
    const status = statusAt('AwaitingPromotion', { release });
    const small = { ...manual, preview: { replicas: 5 }, replicas: 1 };
    const result = plan(world(status, filled(), small), NOW);
    expect(result.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'green', replicas: 1 }));
  });

  test('is the full one while the active Service selects both slots', () => {
    const services = { active: { ...service('web'), selector: bothSelector('web') }, preview: undefined };
    const change = {
      ...filled(sized(3), { ready: 0 }),
      services,
      endpoints: [{ slot: 'green' as const, ready: true }],
    };
    const result = plan(world(statusAt('AwaitingPromotion', { release }), change, { ...manual, ...preview }), NOW);
    expect(result.actions).not.toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'green' }));
  });

  test('is the full one for the first release', () => {
    const { active: _, ...first } = statusAt('Filling', { release, slots: {} });
    const verdicts = { 'web-2': { accepted: true } as const };
    const services = { active: service('web'), preview: service('web-preview') };
    const change = { verdicts, services, slots: {}, records: [], copies: [] };
    const result = plan(world(first, change, preview), NOW);
    expect(result.actions).toContainEqual(expect.objectContaining({ kind: 'fill', replicas: 3 }));
  });

  test('a release that loses all its pods while it grows has to pass the gates again', () => {
    const status = statusAt('Scaling', { release });
    expect(plan(world(status, filled({ ...sized(3), ready: 0 }), preview), NOW).status.step.name).toBe('Filling');
  });

  test('a switch that was given up goes on from full size, past the gates', () => {
    const slots = { green: { revision: 'web-2', replicas: 2, ready: 2, claim: '1' } };
    const services = { active: { ...service('web', 'web-1'), fence: '1' }, preview: service('web-preview', 'web-2') };
    const change = { ...filled({ claim: '1', ready: 1 }), services };
    const result = plan(world(statusAt('Abandoning', { release, slots }), change, manual), NOW);
    expect(result.status.step.name).toBe('Scaling');
  });
});

describe('Retry', () => {
  test('case 10: tries a rejected revision again, once', () => {
    const still = plan(world(statusAt('Stable', rejected)), NOW);
    expect(still.status.step.name).toBe('Stable');
    const result = plan(world(statusAt('Stable', rejected), {}, decide('Retry')), NOW);
    expect(result.status).toMatchObject({ step: { name: 'Waiting' }, release: { revision: 'web-2' } });
    expect(result.status.rejected).toBeUndefined();
    const again = { ...statusAt('Stable', rejected), retried: { revision: 'web-2' } };
    expect(plan(world(again, {}, decide('Retry')), NOW).status.rejected).toBe('web-2');
  });

  test('of a later moment is another one', () => {
    const retried = { revision: 'web-2', requestedAt: toTime(NOW - 1) };
    const status = statusAt('Stable', { ...rejected, retried });
    const at = (time: number): string =>
      plan(world(status, {}, decide('Retry', 'web-2', toTime(time))), NOW).status.step.name;
    expect(at(NOW - 1)).toBe('Stable');
    expect(at(NOW)).toBe('Waiting');
  });

  test('that names another revision does nothing', () => {
    const result = plan(world(statusAt('Stable', rejected), {}, decide('Retry', 'web-9')), NOW);
    expect(result.status.rejected).toBe('web-2');
    expect(result.status.retried).toBeUndefined();
  });

  test('waits until a way back from the revision is done', () => {
    const back = { ...release, revision: 'web-1', rollback: true };
    const status = statusAt('Switching', { ...rejected, active: 'web-2', release: back });
    const result = plan(world(status, filled(), decide('Retry')), NOW);
    expect(result.status.rejected).toBe('web-2');
    expect(result.status.retried).toBeUndefined();
  });

  test('leaves no trace when the decision is gone', () => {
    const status = statusAt('Stable', { ...rejected, retried: { revision: 'web-2' } });
    const result = plan(world(status), NOW);
    expect(result.status.retried).toBeUndefined();
    expect(result.status.rejected).toBe('web-2');
  });
});

describe('case 17: a long pause is no deadline', () => {
  const HOUR = 3_600_000;

  test.each(['Filling', 'Scaling'] as const)('in %s', (name) => {
    const step = { name, since: toTime(NOW - 50_000), deadline: toTime(NOW + 10_000) };
    const paused = plan(world(statusAt(name, { release, step }), filled({ ready: 1 }), { paused: true }), NOW);
    expect(paused.actions).toEqual([]);
    expect(paused.status.step).toMatchObject({ pausedAt: toTime(NOW), remainingSeconds: 10 });
    const later = plan(world(paused.status, filled({ ready: 1 })), NOW + HOUR);
    expect(later.status.step).toMatchObject({ deadline: toTime(NOW + HOUR + 10_000) });
    expect(findCondition(later.status.conditions, 'Stalled')?.status).toBe('False');
    expect(kinds(later)).not.toContain('event');
  });

  test('nor does it soak', () => {
    const status = statusAt('Soaking', { release, step: { name: 'Soaking', since: toTime(NOW - 500_000) } });
    const paused = plan(world(status, filled(), { ...soak, paused: true }), NOW);
    const later = plan(world(paused.status, filled(), soak), NOW + HOUR);
    expect(later.status.step).toMatchObject({ name: 'Soaking', deadline: toTime(NOW + HOUR + 100_000) });
  });

  test('nor is a decision to promote carried out', () => {
    const status = statusAt('AwaitingPromotion', { release });
    const result = plan(world(status, filled(), { ...manual, ...decide('Promote'), paused: true }), NOW);
    expect(result.status.step).toMatchObject({ name: 'AwaitingPromotion', waitingFor: 'spec.paused to be false' });
  });

  test('nor does the retire time run, and the way back is kept', () => {
    const step = { name: 'Retiring' as const, since: toTime(NOW - 20_000), deadline: toTime(NOW + 10_000) };
    const status = statusAt('Retiring', { active: 'web-2', target: 'web-2', step });
    const services = { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') };
    const view = { ...filled(), services };
    const paused = plan(world(status, view, { paused: true }), NOW);
    const later = plan(world(paused.status, view, { paused: true }), NOW + HOUR);
    expect(later.actions).toEqual([]);
    expect(later.status.step).toMatchObject({ name: 'Retiring', remainingSeconds: 10 });
    const resumed = plan(world(later.status, view), NOW + HOUR);
    expect(resumed.status.step).toMatchObject({ name: 'Retiring', deadline: toTime(NOW + HOUR + 10_000) });
  });
});
