import { expect, test } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
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
