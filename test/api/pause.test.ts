import { expect, test } from '@jest/globals';
import type { StepName } from '../../operator/api/bluegreen.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { scene, type Observed, type Scene } from './scene.ts';

const inStep = async (it: Scene, name: StepName): Promise<Observed> =>
  await it.until(`to be in ${name}`, (bg) => bg.status.step.name === name);

/** Pauses the release, and resolves when the operator has seen that. */
const pause = async (it: Scene, variation: Variation): Promise<Observed> => {
  await it.apply({ ...variation, paused: true });
  return await it.until('to be paused', (bg) => bg.status.step.remainingSeconds !== undefined);
};

test(
  'case 17: a pause stops the soak, and what is left of it runs on afterwards',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const variation = { image: 'ready:v2', soakSeconds: 2 };
    await it.apply(variation);
    await inStep(it, 'Soaking');
    const paused = await pause(it, variation);
    const left = paused.status.step.remainingSeconds ?? 0;
    expect(left).toBeLessThanOrEqual(2);
    await always(
      'no switch, though the soak would be over',
      async () => it.selections.of('web'),
      (selected) => selected.length === 1,
      2500,
    );
    const resumedAt = Date.now();
    await it.apply(variation);
    await it.serving('ready:v2');
    expect(Date.now() - resumedAt).toBeGreaterThanOrEqual(left * 1000);
    expect(it.selections.of('web')[0]).toBe(first.status.active);
  }),
);

test(
  'case 17: a pause stops the retire time, and with it the way back is kept',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const variation = { image: 'ready:v2', retireAfterSeconds: 2 };
    await it.apply(variation);
    const { status } = await inStep(it, 'Retiring');
    await pause(it, variation);
    await always(
      'the old pods to stay, though the retire time would be over',
      () => it.podsOf(first.status.active ?? ''),
      (pods) => pods.length === 2,
      2500,
    );
    await it.apply(variation);
    await eventually(
      'the old pods to be gone',
      () => it.podsOf(first.status.active ?? ''),
      (pods) => pods.length === 0,
    );
    expect((await inStep(it, 'Stable')).status.active).toBe(status.active);
  }),
);

test(
  'case 17: a pause holds a decision to promote until it ends',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const variation = { image: 'ready:v2', mode: 'Manual' } as const;
    await it.apply(variation);
    const { status } = await inStep(it, 'AwaitingPromotion');
    const decision = { revision: status.release?.revision ?? '', action: 'Promote' } as const;
    await it.apply({ ...variation, paused: true, decision });
    await it.until('to say so', (bg) => bg.status.step.waitingFor === 'spec.paused to be false');
    expect(it.selections.of('web')).toEqual([first.status.active]);
    await it.apply({ ...variation, decision });
    await it.serving('ready:v2');
  }),
);
