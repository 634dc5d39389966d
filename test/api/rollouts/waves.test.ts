import { expect, test } from '@jest/globals';
import type { BlueGreen } from '../../../operator/api/bluegreen.ts';
import { findCondition } from '../../../operator/api/conditions.ts';
import { BLUE_GREENS } from '../../../operator/controllers/resources.ts';
import { sceneWithoutOperator } from '../scene.ts';
import { Fleet } from './fleet.ts';
import { WorkWatch } from './work-watch.ts';

const count = 50;

test(
  'case 33: with 50 BlueGreens and maxConcurrent 5 never more than 5 releases are at work, and a bad value leaves all 50 on the old bytes',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count, progressDeadlineSeconds: 30 });
    await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    await fleet.govern({ waves: { maxConcurrent: 5 }, onFailure: 'RevertAll' });
    const first = await fleet.until('to be at rest', ({ status }) => status.consumers.total === count);
    expect(first.status.step.name).toBe('Stable');

    const good = WorkWatch.start(it);
    await fleet.configure({ GREETING: 'hi' });
    await fleet.untilServing('GREETING', { hi: count }, 300_000);
    const done = await fleet.until('to be at rest', ({ status }) => status.step.name === 'Stable');
    const work = await good.most();
    expect(work.fills).toBe(count);
    expect(work.filled).toBeLessThanOrEqual(5);
    expect(work.releasing).toBeLessThanOrEqual(5);
    // The measure sees what goes on at the same time.
    expect(work.filled).toBeGreaterThan(1);
    expect(done.status.history[0]).toMatchObject({ outcome: 'Completed', waves: count / 5 });

    const bad = WorkWatch.start(it);
    await fleet.configure({ GREETING: 'bad', BEHAVIOUR: 'crash' });
    const reverted = await fleet.until('to be reverted', ({ status }) => status.rejected !== undefined, 120_000);
    expect(reverted.status.failure?.consumer).toMatch(/^BlueGreen\/web-0[0-4]$/u);
    const rest = await fleet.until('to be at rest', ({ status }) => status.step.name === 'Stable');
    const undone = await bad.most();
    expect(undone.filled).toBeLessThanOrEqual(5);
    expect(undone.fills).toBeGreaterThan(0);
    expect(await fleet.serving('GREETING')).toEqual({ hi: count });
    expect(rest.status.current).toBe(done.status.current);
    expect(rest.status.granted).toHaveLength(1);
    expect(findCondition(rest.status.conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Rejected' });
    await fleet.untilAllReady(count);
  }),
  900_000,
);

test(
  'a ConfigRollout that is made together with a change, and a BlueGreen that comes in the middle, keep to the waves',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 4 });
    const operator = await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    // As one `helm upgrade` would do it, with the operator looking at either of them first.
    await it.stopOperator(operator);
    await fleet.configure({ GREETING: 'hi' });
    await fleet.govern({ waves: { maxConcurrent: 1, soakSeconds: 600 } });
    const watch = WorkWatch.start(it);
    await it.startOperator();
    const soaking = await fleet.until('to soak', ({ status }) => status.step.name === 'Soaking');
    expect(soaking.status.consumers).toEqual({ total: 4, updated: 1, atWork: 0 });
    await fleet.untilServing('GREETING', { hello: 3, hi: 1 });
    const { status } = await it.objects.get<BlueGreen>(BLUE_GREENS, 'web-03');
    expect(findCondition(status?.conditions ?? [], 'ConfigSynced')).toMatchObject({
      status: 'False',
      reason: 'HeldBack',
    });

    // A new one gets what all the others had, and waits for its turn like them.
    await fleet.add('web-99');
    await fleet.untilServing('GREETING', { hello: 4, hi: 1 });
    await fleet.until('to know it', (rollout) => rollout.status.consumers.total === 5);
    // Nobody waits for a soak that is over.
    await fleet.govern({ waves: { maxConcurrent: 1, soakSeconds: 0 } });
    await fleet.untilServing('GREETING', { hi: 5 });
    const done = await fleet.until('to be at rest', (rollout) => rollout.status.step.name === 'Stable');
    expect(done.status.history).toMatchObject([{ outcome: 'Completed', waves: 5 }]);
    expect((await watch.most()).filled).toBe(1);
  }),
  300_000,
);
