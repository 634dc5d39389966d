import { describe, expect, test } from '@jest/globals';
import { findCondition } from '../../api/conditions.ts';
import type { ConsumerState } from './types.ts';
import { Village, specOf } from './village.fixture.ts';

const waves = (maxConcurrent: number | string, soakSeconds = 0) => ({ maxConcurrent, soakSeconds });

const slow = (message: string, limited = false): ConsumerState => ({ kind: 'working', message, limited });

/** A village at rest whose source then changes. */
const withNews = (count: number, spec: Parameters<typeof specOf>[0] = {}): Village => {
  const village = new Village(count, spec);
  village.settle();
  village.source = 'two';
  village.copies.set('two', false);
  return village;
};

describe('the first plan', () => {
  test('moves nobody, and knows what all have', () => {
    const village = new Village(3);
    const status = village.settle();
    expect(status).toMatchObject({ current: 'one', target: 'one', step: { name: 'Stable' } });
    expect(status.granted).toEqual([{ version: 'one', consumers: [...village.consumers.keys()] }]);
    expect(findCondition(status.conditions, 'Ready')).toMatchObject({ status: 'True', reason: 'Current' });
    expect(village.copies.get('one')).toBe(true);
  });

  test('takes for the way back what most have, and brings the others there in waves', () => {
    const village = new Village(5);
    village.copies.set('old', false);
    village.consumers.set('BlueGreen/web-00', { has: 'old' });
    const status = village.settle();
    expect(status.current).toBe('one');
    expect(status.wave?.consumers).toEqual(['BlueGreen/web-00']);
    expect(village.rest().step.name).toBe('Stable');
    expect(village.having('one')).toBe(5);
    // Nobody names it any more.
    expect(village.copies.has('old')).toBe(false);
  });

  test('without the ConfigMap it says so', () => {
    const village = new Village(0);
    village.source = undefined;
    const status = village.settle();
    expect(findCondition(status.conditions, 'Stalled')).toMatchObject({ status: 'True', reason: 'SourceMissing' });
    expect(status.step.waitingFor).toContain('ConfigMap shared does not exist');
  });
});

describe('waves', () => {
  test('the next one begins only when the last is healthy', () => {
    const village = withNews(5);
    expect(village.plan().status.target).toBe('two');
    village.carryOut(village.plan());
    // Told in the same write as the grant.
    expect(village.plan().status.consumers).toEqual({ total: 5, updated: 2, atWork: 2 });
    const first = village.settle();
    expect(first.wave).toMatchObject({ number: 1, consumers: ['BlueGreen/web-00', 'BlueGreen/web-01'] });
    expect(first.step).toMatchObject({ name: 'Rolling', waitingFor: 'BlueGreen/web-00 (its pods), and 1 more' });
    expect(first.consumers).toEqual({ total: 5, updated: 2, atWork: 2 });
    village.act('BlueGreen/web-00');
    village.act('BlueGreen/web-00');
    expect(village.settle().wave?.number).toBe(1);
    village.actAll();
    expect(village.settle().wave?.number).toBe(2);
    const status = village.rest();
    expect(status).toMatchObject({ current: 'two', target: 'two', step: { name: 'Stable' } });
    expect(status.wave).toBeUndefined();
    expect(status.history).toMatchObject([{ version: 'two', outcome: 'Completed', waves: 3 }]);
    expect(village.having('two')).toBe(5);
    expect(village.most).toBe(2);
    expect(village.events).toEqual(['RolloutStarted', 'WaveStarted', 'WaveStarted', 'WaveStarted', 'Completed']);
  });

  test('a soak holds the next one up, and begins again when health is lost', () => {
    const village = withNews(4, { waves: waves(2, 60) });
    village.settle();
    village.actAll();
    const soaking = village.settle();
    expect(soaking.step.name).toBe('Soaking');
    expect(village.plan().requeueAt).toBe(village.now + 60_000);
    village.now += 59_999;
    expect(village.settle().step.name).toBe('Soaking');
    const shaken = village.view((id) => (id === 'BlueGreen/web-01' ? slow('0 of 1 pods ready') : undefined));
    village.carryOut(village.plan(shaken));
    expect(village.status?.step.name).toBe('Rolling');
    expect(village.settle().step.name).toBe('Soaking');
    village.now += 59_999;
    expect(village.settle().wave?.number).toBe(1);
    village.now += 1;
    expect(village.settle().wave?.number).toBe(2);
  });

  test('those that are busy or unwell come last', () => {
    const village = withNews(4);
    village.consumers.set('BlueGreen/web-00', { has: 'one', busy: true });
    const views = village.view((id) => (id === 'BlueGreen/web-01' ? slow('0 of 1 pods ready') : undefined));
    village.carryOut(village.plan(views));
    village.carryOut(village.plan(views));
    expect(village.status?.wave?.consumers).toEqual(['BlueGreen/web-02', 'BlueGreen/web-03']);
  });

  test('a paused rollout starts none, and lets the one at work go on', () => {
    const village = withNews(4);
    village.settle();
    village.spec = specOf({ paused: true });
    village.actAll();
    const status = village.settle();
    expect(status).toMatchObject({ wave: { number: 1 }, step: { waitingFor: 'spec.paused to be false' } });
    expect(findCondition(status.conditions, 'Paused')?.status).toBe('True');
    village.spec = specOf();
    village.rest();
    expect(village.having('two')).toBe(4);
  });

  test('a new version is taken up when its edits have settled', () => {
    const village = withNews(2, { source: { configMap: 'shared', quietSeconds: 5 } });
    village.seenAt = village.now - 1000;
    const plan = village.plan();
    expect(plan.status.step.waitingFor).toMatch(/^edits of ConfigMap shared to settle/u);
    expect(plan.requeueAt).toBe(village.now + 4000);
    village.now += 4000;
    expect(village.settle().target).toBe('two');
  });

  test('no cache is believed when others are to start: each member is read live', () => {
    const village = withNews(4);
    village.settle();
    const wellSaid = village.view(() => ({ kind: 'healthy' }));
    const plan = village.plan(wellSaid);
    expect(plan.actions[0]).toEqual({ kind: 'confirm', consumers: ['BlueGreen/web-00', 'BlueGreen/web-01'] });
    expect(village.carryOut(plan)).toBe(false);
    expect(village.status?.wave?.number).toBe(1);
  });
});

describe('a failing consumer', () => {
  test('with Pause stops everything, until Retry', () => {
    const village = withNews(5);
    village.bad.add('two');
    const status = village.rest();
    expect(status.step.name).toBe('Failed');
    expect(status.failure).toMatchObject({ version: 'two', consumer: 'BlueGreen/web-00' });
    expect(findCondition(status.conditions, 'Stalled')).toMatchObject({ status: 'True', reason: 'ConsumerFailed' });
    expect(status.step.waitingFor).toContain('its pods crash');
    expect(village.status?.granted.find(({ version }) => version === 'two')?.consumers).toHaveLength(2);

    village.bad.clear();
    expect(village.rest().step.name).toBe('Failed');
    village.spec = specOf({ decision: { version: 'two', action: 'Retry' } });
    const done = village.rest();
    expect(done).toMatchObject({ current: 'two', step: { name: 'Stable' }, retried: { version: 'two' } });
    expect(done.failure).toBeUndefined();
    expect(village.having('two')).toBe(5);
    expect(village.most).toBe(2);
  });

  test('with Pause, Revert takes the version back from those that have it', () => {
    const village = withNews(6);
    village.settle();
    village.actAll();
    village.settle();
    village.bad.add('two');
    expect(village.rest().step.name).toBe('Failed');
    expect(village.having('two')).toBe(2);
    village.spec = specOf({ decision: { version: 'two', action: 'Revert' } });
    const status = village.rest();
    expect(status).toMatchObject({ current: 'one', target: 'one', rejected: 'two', step: { name: 'Stable' } });
    expect(village.having('one')).toBe(6);
    expect(village.most).toBe(2);
  });

  test('with RevertAll everybody goes back, in waves too, and the version is not tried again', () => {
    const village = withNews(10, { onFailure: 'RevertAll', waves: waves(3) });
    for (let wave = 0; wave < 2; wave += 1) {
      village.settle();
      village.actAll();
    }
    expect(village.having('two')).toBe(6);
    village.bad.add('two');
    village.most = 0;
    const status = village.rest();
    expect(village.having('one')).toBe(10);
    expect(village.most).toBe(3);
    expect(status).toMatchObject({ current: 'one', rejected: 'two', step: { name: 'Stable' } });
    expect(findCondition(status.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Rejected' });
    expect(findCondition(status.conditions, 'Stalled')?.message).toContain('its pods crash');
    expect(status.history[0]).toMatchObject({ version: 'two', outcome: 'Reverted' });

    village.bad.clear();
    village.now += 3_600_000;
    expect(village.rest().rejected).toBe('two');
    village.spec = { ...village.spec, decision: { version: 'two', action: 'Retry', requestedAt: 't' } };
    expect(village.rest()).toMatchObject({ current: 'two', step: { name: 'Stable' } });
    expect(village.having('two')).toBe(10);
  });

  test('another version ends the rejection', () => {
    const village = withNews(4, { onFailure: 'RevertAll' });
    village.bad.add('two');
    village.rest();
    village.source = 'three';
    const status = village.rest();
    expect(status.current).toBe('three');
    expect(status.rejected).toBeUndefined();
    expect(findCondition(status.conditions, 'Ready')?.status).toBe('True');
  });

  test('a decision about another version changes nothing', () => {
    const village = withNews(4);
    village.bad.add('two');
    village.spec = specOf({ decision: { version: 'one', action: 'Retry' } });
    expect(village.rest().step.name).toBe('Failed');
    village.spec = specOf({ decision: { version: 'one', action: 'Revert' } });
    expect(village.rest().step.name).toBe('Failed');
  });

  test('one without a deadline of its own has failed after the deadline of the rollout', () => {
    const village = withNews(2, { progressDeadlineSeconds: 30 });
    village.settle();
    const waiting = () => village.view(() => slow('1 of 2 pods ready', true));
    const plan = village.plan(waiting());
    expect(plan.status.step.name).toBe('Rolling');
    expect(plan.requeueAt).toBe(village.now + 30_000);
    village.now += 30_000;
    village.carryOut(village.plan(waiting()));
    expect(village.status?.failure?.message).toBe('not healthy within 30 s: 1 of 2 pods ready');
  });
});

describe('a change in the middle', () => {
  test('only the newest version is pursued, and those at work go over to it', () => {
    const village = withNews(6);
    village.settle();
    village.actAll();
    village.settle();
    village.act('BlueGreen/web-02');
    village.source = 'three';
    const status = village.settle();
    expect(status.history[0]).toMatchObject({ version: 'two', outcome: 'Superseded' });
    expect(status.granted).toEqual([
      { version: 'one', consumers: ['BlueGreen/web-04', 'BlueGreen/web-05'] },
      { version: 'three', consumers: ['BlueGreen/web-02', 'BlueGreen/web-03'] },
      { version: 'two', consumers: ['BlueGreen/web-00', 'BlueGreen/web-01'] },
    ]);
    village.rest();
    expect(village.having('three')).toBe(6);
    expect(village.most).toBe(2);
    expect([...village.copies.keys()]).toEqual(['three']);
  });

  test('back to the old content in the middle is a way back in waves', () => {
    const village = withNews(6);
    village.settle();
    village.actAll();
    village.settle();
    village.source = 'one';
    const status = village.rest();
    expect(status).toMatchObject({ current: 'one', step: { name: 'Stable' } });
    expect(status.rejected).toBeUndefined();
    expect(village.having('one')).toBe(6);
    expect(village.most).toBe(2);
  });

  test('consumers come and go', () => {
    const village = withNews(4);
    village.settle();
    village.consumers.delete('BlueGreen/web-00');
    village.consumers.set('BlueGreen/new', { has: undefined });
    village.consumers.set('BlueGreen/moved-in', { has: 'two' });
    const status = village.settle();
    expect(status.wave?.consumers).toEqual(['BlueGreen/web-01']);
    const granted = Object.fromEntries(status.granted.map(({ version, consumers }) => [version, consumers]));
    // What all the others have, and what it has already.
    expect(granted['one']).toContain('BlueGreen/new');
    expect(granted['two']).toContain('BlueGreen/moved-in');
    village.rest();
    expect(village.having('two')).toBe(5);
  });

  test('a ConfigMap that is deleted takes nothing from anybody', () => {
    const village = withNews(4);
    village.settle();
    village.source = undefined;
    village.actAll();
    const status = village.settle();
    expect(findCondition(status.conditions, 'Stalled')?.reason).toBe('SourceMissing');
    expect(village.having('one') + village.having('two')).toBe(4);
  });
});

test('an older rollout of the same ConfigMap is the one that counts', () => {
  const village = new Village(2);
  const plan = village.plan();
  expect(plan.status.granted).not.toEqual([]);
  const second = new Village(2);
  second.governedBy = 'elder';
  const status = second.settle();
  expect(status.granted).toEqual([]);
  expect(findCondition(status.conditions, 'Stalled')).toMatchObject({ status: 'True', reason: 'Conflict' });
  expect(status.step.waitingFor).toContain('elder');
});
