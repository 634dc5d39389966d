import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec } from '../api/bluegreen.ts';
import { findCondition } from '../api/conditions.ts';
import { revisionSelector } from '../api/names.ts';
import { plan } from './plan.ts';
import { toTime } from './time.ts';
import type { Snapshot } from './types.ts';
import { filled, kinds, NOW, release, service, slotView, statusAt, world } from './world.fixture.ts';

describe('a release', () => {
  test('is put on record before anything is done', () => {
    const result = plan(world(statusAt('Stable')), NOW);
    expect(result.status.step.name).toBe('Waiting');
    expect(result.status.release?.revision).toBe('web-2');
    expect(kinds(result).filter((kind) => kind !== 'event')).toEqual([]);
  });

  test('waits until edits of its ConfigMaps have settled', () => {
    const status = statusAt('Waiting', { release });
    const desired = { ...world(status).desired, configChangedAt: NOW - 400 };
    const result = plan(world(status, { desired }), NOW);
    expect(result.status.step.name).toBe('Waiting');
    expect(result.requeueAt).toBe(NOW + 600);
    expect(plan(world(status, { desired }), NOW + 600).status.step.name).toBe('Filling');
  });

  test('asks the API server before anything changes, and says what it refuses', () => {
    const status = statusAt('Filling', { release });
    expect(kinds(plan(world(status), NOW))).toEqual(['validate']);
    const refused = plan(world(status, { verdicts: { 'web-2': { accepted: false, message: 'no image' } } }), NOW);
    expect(refused.actions).toEqual([]);
    expect(findCondition(refused.status.conditions, 'Stalled')).toMatchObject({
      status: 'True',
      reason: 'InvalidTemplate',
      message: 'the API server refuses the template of web-2: no image',
    });
  });

  test('copies config, records and fills the idle slot', () => {
    const status = statusAt('Filling', { release });
    const result = plan(world(status, { verdicts: { 'web-2': { accepted: true } } }), NOW);
    expect(kinds(result)).toEqual(['copyConfig', 'record', 'fill']);
    expect(result.actions[2]).toMatchObject({ slot: 'green', revision: 'web-2', replicas: 2 });
  });

  test('does not switch while a pod is not ready, and says which and why', () => {
    const status = statusAt('Filling', { release, step: { name: 'Filling', since: toTime(NOW - 10_000) } });
    const pods = [{ name: 'web-green-1', slot: 'green' as const, trouble: 'container web is in CrashLoopBackOff' }];
    const result = plan(world(status, { ...filled({ ready: 1 }), pods }), NOW);
    expect(result.status.step).toMatchObject({
      name: 'Filling',
      waitingFor: '1 of 2 pods of slot green are ready; pod web-green-1: container web is in CrashLoopBackOff',
    });
    expect(result.explain).toBe('green');
  });

  test('switches only after the switch is on record, with the claim first', () => {
    const ready = plan(world(statusAt('Filling', { release }), filled()), NOW);
    expect(ready.status.step.name).toBe('Switching');
    expect(ready.actions).toEqual([]);
    // Its old pods have been told; see announce-switch.test.ts.
    const at = NOW + 300;
    const told = { announced: ready.status.step.since };
    const result = plan(world(ready.status, { ...filled(), ...told }), at);
    expect(result.actions).toMatchObject([
      { kind: 'claim', slot: 'green', claim: '1', resourceVersion: '7' },
      { kind: 'fence', service: 'web', fence: '1', resourceVersion: '5' },
    ]);
    const fenced = { active: { ...service('web', 'web-1'), fence: '1' }, preview: service('web-preview', 'web-2') };
    const claimed = { ...filled({ claim: '1' }), services: fenced, ...told };
    expect(plan(world(ready.status, claimed), at).actions).toMatchObject([
      { kind: 'select', role: 'active', selector: revisionSelector('web', 'web-2'), resourceVersion: '5' },
    ]);
  });

  test('is done when the EndpointSlices list the new slot alone; then the old pods are told', () => {
    const slots = { green: { revision: 'web-2', replicas: 2, ready: 2, claim: '1' } };
    const status = statusAt('Switching', { release, slots });
    const services = { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') };
    const switched = { ...filled({ claim: '1' }), services };
    const endpoints: Snapshot['endpoints'] = [
      { slot: 'blue', ready: true },
      { slot: 'green', ready: true },
    ];
    const early = plan(world(status, { ...switched, endpoints }), NOW);
    expect(early.status.active).toBe('web-1');
    const result = plan(world(status, { ...switched, endpoints: endpoints.slice(1) }), NOW);
    expect(result.status).toMatchObject({ active: 'web-2', step: { name: 'Retiring' } });
    expect(result.status.history[0]).toMatchObject({ revision: 'web-2', outcome: 'Promoted' });
    const retired = { kind: 'signal', slot: 'blue', revision: 'web-1', traffic: 'retired' };
    expect(result.actions.filter(({ kind }) => kind === 'signal')).toEqual([retired]);
    // Pods that serve again were told before that they are retired.
    const back = { ...status, release: { ...release, rollback: true } };
    const again = plan(world(back, { ...switched, endpoints: endpoints.slice(1) }), NOW);
    expect(again.actions.filter(({ kind }) => kind === 'signal')).toEqual([
      retired,
      { kind: 'signal', slot: 'green', revision: 'web-2', traffic: 'active' },
    ]);
  });
});

describe('a writer with an old view', () => {
  test('keeps its hands off a slot whose claim its status does not explain', () => {
    const result = plan(world(statusAt('Filling', { release }), filled({ claim: '4', revision: 'web-9' })), NOW);
    expect(kinds(result)).not.toContain('fill');
  });

  test('cannot put a selector back before the claim is on record', () => {
    const services = { active: service('web', 'web-9'), preview: service('web-preview', 'web-2') };
    const status = statusAt('Stable', { target: 'web-1' });
    const first = plan(world(status, { services }), NOW);
    expect(first.actions).toEqual([]);
    expect(first.status.slots.blue?.claim).toBe('1');
    expect(kinds(plan(world(first.status, { services }), NOW))).toEqual(['claim', 'fence']);
    const fenced = { ...services, active: { ...services.active, fence: '1' } };
    const slots = { blue: slotView('blue', 'web-1', { claim: '1' }) };
    expect(kinds(plan(world(first.status, { services: fenced, slots }), NOW))).toEqual(['select', 'event', 'signal']);
  });

  test('does not put a selector back that a switch it has not heard of has written', () => {
    const services = { active: { ...service('web', 'web-9'), fence: '1' }, preview: service('web-preview', 'web-9') };
    const result = plan(world(statusAt('Stable', { target: 'web-1' }), { services }), NOW);
    expect(kinds(result)).not.toContain('select');
    expect(kinds(result)).not.toContain('fence');
    expect(result.status.slots.blue?.claim).toBeUndefined();
  });
});

describe('traffic', () => {
  test('leaves a revision that loses every pod after the switch', () => {
    const status = statusAt('Retiring', { active: 'web-2', step: { name: 'Retiring', since: toTime(NOW) } });
    const failed = { ...filled({ ready: 0 }), services: { active: service('web', 'web-2') } };
    const result = plan(world(status, failed, { services: { active: 'web' } }), NOW);
    expect(result.status).toMatchObject({ rejected: 'web-2', target: 'web-1', step: { name: 'Switching' } });
  });

  test('is never moved to a slot without ready pods', () => {
    const services = { active: service('web', 'web-9'), preview: service('web-preview') };
    const slots = { blue: slotView('blue', 'web-1', { ready: 0 }) };
    const result = plan(world(statusAt('Stable'), { services, slots }), NOW);
    expect(kinds(result)).not.toContain('select');
    expect(findCondition(result.status.conditions, 'Stalled')?.reason).toBe('ActiveNotReady');
  });
});

const decide = (revision: string): Partial<BlueGreenSpec> => ({ decision: { revision, action: 'Abort' } });

test('the retire time can be made shorter while it runs', () => {
  const step = { name: 'Retiring' as const, since: toTime(NOW - 10_000), deadline: toTime(NOW + 600_000) };
  const status = statusAt('Retiring', { active: 'web-2', target: 'web-2', step });
  const services = { active: service('web', 'web-2'), preview: service('web-preview', 'web-2') };
  const change = { ...filled(), services };
  const result = plan(world(status, change, { switch: { overlapSeconds: 0, retireAfterSeconds: 15 } }), NOW);
  expect(result.status.step.deadline).toBe(toTime(NOW + 5000));
  const over = plan(world(status, change, { switch: { overlapSeconds: 0, retireAfterSeconds: 10 } }), NOW);
  expect(over.actions).toContainEqual(expect.objectContaining({ kind: 'scale', slot: 'blue', replicas: 0 }));
});

describe('a decision', () => {
  test('aborts the revision that it names', () => {
    const result = plan(world(statusAt('Filling', { release }), filled(), decide('web-2')), NOW);
    expect(result.status).toMatchObject({ step: { name: 'Stable' }, rejected: 'web-2' });
    expect(result.status.history[0]).toMatchObject({ revision: 'web-2', outcome: 'Aborted' });
  });

  test('that names another revision does nothing', () => {
    const result = plan(world(statusAt('Filling', { release }), filled(), decide('web-0')), NOW);
    expect(result.status.step.name).toBe('Switching');
  });
});

test('a pause is no deadline', () => {
  const step = { name: 'Filling' as const, since: toTime(NOW - 50_000), deadline: toTime(NOW + 10_000) };
  const status = statusAt('Filling', { release, step });
  const paused = plan(world(status, filled({ ready: 0 }), { paused: true }), NOW);
  expect(paused.status.step).toMatchObject({ remainingSeconds: 10 });
  const later = plan(world(paused.status, filled({ ready: 0 })), NOW + 3_600_000);
  expect(later.status.step.deadline).toBe(toTime(NOW + 3_610_000));
  expect(findCondition(later.status.conditions, 'Stalled')?.status).toBe('False');
});

test('a Service that is missing changes nothing', () => {
  const result = plan(world(statusAt('Stable'), { services: {} }), NOW);
  expect(result.actions).toEqual([]);
  expect(findCondition(result.status.conditions, 'Stalled')).toMatchObject({
    status: 'True',
    reason: 'InvalidReference',
    message: 'Service web (spec.services.active) and web-preview (spec.services.preview) does not exist',
  });
});
