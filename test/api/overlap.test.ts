import { expect, test } from '@jest/globals';
import { LABEL_BLUEGREEN } from '../../operator/api/names.ts';
import { eventually } from './eventually.ts';
import { scene, type Scene } from './scene.ts';

/** Waits until the active Service selects both slots and both are behind it. */
const bothServe = async (it: Scene, images: string[]): Promise<void> => {
  await eventually(
    'both slots behind Service web',
    () => it.behind('web'),
    (behind) => images.every((image) => behind.has(image)),
  );
  expect(await it.selector('web')).toEqual({ [LABEL_BLUEGREEN]: 'web' });
};

test(
  'both slots serve for the time of the overlap, then the new one alone, and the same on the way back',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1', overlapSeconds: 2 });
    await it.apply({ image: 'ready:v2', overlapSeconds: 2 });
    await bothServe(it, ['ready:v1', 'ready:v2']);
    const { status } = await it.until(
      'to overlap',
      (bg) => bg.status.step.name === 'Overlapping' && bg.status.step.deadline !== undefined,
    );
    const second = await it.serving('ready:v2');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(status.step.deadline ?? ''));
    expect(await it.podsOf(first.status.active ?? '')).toHaveLength(2);
    await it.apply({ image: 'ready:v1', overlapSeconds: 2 });
    await bothServe(it, ['ready:v1', 'ready:v2']);
    await it.serving('ready:v1');
    expect(it.selections.of('web')).toEqual([first.status.active, second.status.active, first.status.active]);
  }),
);

test(
  'an overlap that is aborted goes back to the old slot alone',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1', overlapSeconds: 600 });
    await it.apply({ image: 'ready:v2', overlapSeconds: 600 });
    await bothServe(it, ['ready:v1', 'ready:v2']);
    const { status } = await it.until('to overlap', (bg) => bg.status.step.name === 'Overlapping');
    const revision = status.release?.revision ?? '';
    await it.apply({ image: 'ready:v2', overlapSeconds: 600, decision: { revision, action: 'Abort' } });
    await it.until('to be aborted', (bg) => bg.status.history[0]?.outcome === 'Aborted');
    await eventually(
      'only the old slot behind Service web',
      () => it.behind('web'),
      (images) => images.size === 1 && images.has('ready:v1'),
    );
    await eventually(
      'no pods of the target',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
    );
    expect((await it.blueGreen()).status?.active).toBe(first.status.active);
  }),
);
