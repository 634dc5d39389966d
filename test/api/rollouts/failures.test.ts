import { expect, test } from '@jest/globals';
import type { BlueGreen } from '../../../operator/api/bluegreen.ts';
import { findCondition } from '../../../operator/api/conditions.ts';
import { BLUE_GREENS } from '../../../operator/controllers/resources.ts';
import { always } from '../eventually.ts';
import { sceneWithoutOperator } from '../scene.ts';
import { Fleet } from './fleet.ts';
import { WorkWatch } from './work-watch.ts';

const count = 8;
const waves = { maxConcurrent: 2 };

test(
  'case 33: with Pause a failing consumer stops the waves; the others keep the old bytes until somebody decides',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count, progressDeadlineSeconds: 15 });
    await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    await fleet.govern({ waves, onFailure: 'Pause' });
    await fleet.until('to be at rest', ({ status }) => status.consumers.total === count);

    const watch = WorkWatch.start(it);
    // In the second wave.
    await fleet.configure({ GREETING: 'hi', 'behaviour-of-web-03': 'crash' });
    const failed = await fleet.until('to have failed', ({ status }) => status.step.name === 'Failed');
    expect(failed.status.failure).toMatchObject({ consumer: 'BlueGreen/web-03', version: failed.status.target });
    expect(failed.status.step.waitingFor).toContain('CrashLoopBackOff');
    expect(findCondition(failed.status.conditions, 'Stalled')).toMatchObject({ reason: 'ConsumerFailed' });
    const served = { hi: 3, hello: 5 };
    await fleet.untilServing('GREETING', served);
    await always(
      'nobody else to get it',
      () => fleet.serving('GREETING'),
      (found) => found['hello'] === 5,
      2000,
    );

    // A better value is the way forward.
    await fleet.configure({ GREETING: 'good day' });
    await fleet.untilServing('GREETING', { 'good day': count });
    const done = await fleet.until('to be at rest', ({ status }) => status.step.name === 'Stable');
    expect(done.status.history.map(({ outcome }) => outcome)).toEqual(['Completed', 'Superseded']);
    expect(done.status.failure).toBeUndefined();
    expect((await watch.most()).filled).toBeLessThanOrEqual(2);
  }),
  300_000,
);

test(
  'case 33: with RevertAll those of earlier waves go back too, in waves, and Retry tries the same bytes once more',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count, progressDeadlineSeconds: 15 });
    await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    await fleet.govern({ waves, onFailure: 'RevertAll' });
    const first = await fleet.until('to be at rest', ({ status }) => status.consumers.total === count);

    const watch = WorkWatch.start(it);
    const late = { GREETING: 'hi', 'behaviour-of-web-05': 'never-ready' };
    await fleet.configure(late);
    const reverted = await fleet.until('to be reverted', ({ status }) => status.history[0]?.outcome === 'Reverted');
    expect(reverted.status).toMatchObject({ current: first.status.current, step: { name: 'Stable' } });
    await fleet.untilServing('GREETING', { hello: count });
    await fleet.untilAllReady(count);
    const { filled, fills } = await watch.most();
    expect(filled).toBeLessThanOrEqual(2);
    // Six went there, and all six came back; the slot that never got ready came back without a switch.
    expect(fills).toBeGreaterThanOrEqual(11);

    await fleet.govern({
      waves,
      onFailure: 'Pause',
      decision: { version: reverted.status.rejected, action: 'Retry', requestedAt: '2026-01-01T00:00:00Z' },
    });
    const again = await fleet.until('to have failed again', ({ status }) => status.step.name === 'Failed');
    expect(again.status.failure?.consumer).toBe('BlueGreen/web-05');
    await fleet.govern({ waves, onFailure: 'Pause', decision: { version: again.status.target, action: 'Revert' } });
    await fleet.until('to be reverted', ({ status }) => status.step.name === 'Stable');
    await fleet.untilServing('GREETING', { hello: count });
  }),
  300_000,
);

test(
  'a consumer that releases its own code meanwhile is one at work, and one that was served already is none',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 4 });
    await it.startOperator();
    await fleet.launch({ GREETING: 'hello' });
    await fleet.govern({ waves: { maxConcurrent: 1, soakSeconds: 0 } });
    await fleet.until('to be at rest', ({ status }) => status.consumers.total === 4);

    // It never gets ready: its own release stays under way all the time.
    await fleet.apply('web-00', 'never-ready:v2');
    await fleet.configure({ GREETING: 'hi' });
    // The others go first; then it is its turn, and it is what the wave waits for.
    await fleet.untilServing('GREETING', { hello: 1, hi: 3 });
    const waiting = await fleet.until('to wait for web-00', ({ status }) => status.consumers.updated === 4);
    expect(waiting.status.wave?.consumers).toEqual(['BlueGreen/web-00']);
    expect(waiting.status.consumers.atWork).toBe(1);
    await fleet.apply('web-00', 'ready:v3');
    await fleet.untilServing('GREETING', { hi: 4 });
    await fleet.until('to be at rest', ({ status }) => status.step.name === 'Stable');

    // With the version in service, a release of its own is nobody's wave: the next change goes on at once.
    await fleet.apply('web-03', 'never-ready:v4');
    await fleet.until('to be at rest', ({ status }) => status.step.name === 'Stable' && status.consumers.atWork === 0);
    const { status } = await it.objects.get<BlueGreen>(BLUE_GREENS, 'web-03');
    expect(status?.active).toBeDefined();
    expect(await fleet.serving('GREETING')).toEqual({ hi: 4 });
  }),
  300_000,
);
