import { expect, test } from '@jest/globals';
import { LABEL_REVISION } from '../../operator/api/names.ts';
import type { Variation } from './blue-greens.ts';
import { always, eventually } from './eventually.ts';
import { ANNOTATION_READY_AFTER } from './pod-behaviour.ts';
import { isReady, scene, type Observed, type Scene } from './scene.ts';

/** Waits until the release of that spec waits for a person. */
const awaiting = async (it: Scene, variation: Variation): Promise<Observed> => {
  await it.apply(variation);
  return await it.until('to wait for a person', ({ status: { step } }) => step.name === 'AwaitingPromotion');
};

test(
  'case 4: a manual promotion waits for the decision that names this very revision, and the object is Ready meanwhile',
  scene(async (it) => {
    const mode = 'Manual';
    const first = await it.release({ image: 'ready:v1', mode });
    const waiting = await awaiting(it, { image: 'ready:v2', mode });
    const revision = waiting.status.release?.revision ?? '';
    expect(waiting.status.step.waitingFor).toBe(`a person to promote ${revision} (kubectl relevo promote web)`);
    expect(isReady(waiting)).toBe(true);
    await eventually(
      'the new release behind the preview',
      () => it.behind('web-preview'),
      (images) => images.size === 1 && images.has('ready:v2'),
    );
    const decision = { revision: first.status.active ?? '', action: 'Promote' } as const;
    await it.apply({ image: 'ready:v2', mode, decision });
    await always(
      'nothing to move',
      () => it.until('to have seen the decision', () => true),
      (bg) => bg.status.step.name === 'AwaitingPromotion' && isReady(bg),
      1500,
    );
    expect(it.selections.of('web')).toEqual([first.status.active]);
    await it.apply({ image: 'ready:v2', mode, decision: { revision, action: 'Promote' } });
    await it.serving('ready:v2');
    expect(it.selections.of('web')).toEqual([first.status.active, revision]);
    // The decision is about that release alone.
    const next = await awaiting(it, { image: 'ready:v3', mode, retireAfterSeconds: 0 });
    expect(next.status.active).toBe(revision);
  }),
);

test(
  'case 6: one pod before promotion, all of them before the switch',
  scene(async (it) => {
    const shape = { replicas: 4, previewReplicas: 1, mode: 'Manual' } as const;
    const first = await it.release({ image: 'ready:v1', ...shape });
    expect(await it.podsBehind('web')).toHaveLength(4);
    // Slow enough that a switch which does not wait for the last pod is seen.
    const next = { image: 'ready:v2', ...shape, annotations: { [ANNOTATION_READY_AFTER]: '500' } };
    const { status } = await awaiting(it, next);
    const revision = status.release?.revision ?? '';
    expect(await it.podsOf(revision)).toHaveLength(1);
    await it.apply({ ...next, decision: { revision, action: 'Promote' } });
    const ready = await eventually(
      'the switch',
      async () => {
        const selector = await it.selector('web');
        const { status: counts } = (await it.deployment('green')) ?? {};
        return selector?.[LABEL_REVISION] === revision ? counts?.readyReplicas : undefined;
      },
      (count) => count !== undefined,
    );
    expect(ready).toBe(4);
    await it.serving('ready:v2');
    expect(await it.podsBehind('web')).toHaveLength(4);
    expect(it.selections.of('web')).toEqual([first.status.active, revision]);
  }),
);

test(
  'case 9 and 11: an abort while a person is waited for removes the target, and the next template goes on by itself',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const before = await it.deployment('blue');
    const { status } = await awaiting(it, { image: 'ready:v2', mode: 'Manual' });
    const revision = status.release?.revision ?? '';
    await it.apply({ image: 'ready:v2', mode: 'Manual', decision: { revision, action: 'Abort' } });
    const aborted = await it.until('to be aborted', (bg) => bg.status.history[0]?.outcome === 'Aborted');
    expect(aborted.status.history[0]?.revision).toBe(revision);
    await eventually(
      'no pods of the target',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
    );
    expect((await it.deployment('blue'))?.spec).toEqual(before?.spec);
    const next = await it.release({ image: 'ready:v3' });
    expect(it.selections.of('web')).toEqual([first.status.active, next.status.active]);
    expect(await it.podsOf(revision)).toEqual([]);
  }),
);

test(
  'Promote ends the soak of the revision that it names',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const revision = status.release?.revision ?? '';
    await it.apply({ image: 'ready:v2', soakSeconds: 600, decision: { revision, action: 'Promote' } });
    await it.serving('ready:v2');
    expect(it.selections.of('web')).toEqual([first.status.active, revision]);
  }),
);

test(
  'case 14: a later rollback that a person asks for needs no second person',
  scene(async (it) => {
    const mode = 'Manual';
    const first = await it.release({ image: 'ready:v1', mode });
    const second = await awaiting(it, { image: 'ready:v2', mode });
    const revision = second.status.release?.revision ?? '';
    const promote = { revision, action: 'Promote' } as const;
    await it.apply({ image: 'ready:v2', mode, retireAfterSeconds: 0, decision: promote });
    await it.until('to be at rest', (bg) => bg.status.step.name === 'Stable' && bg.status.active === revision);
    const rollback = { revision, action: 'Rollback' } as const;
    await it.apply({ image: 'ready:v2', mode, retireAfterSeconds: 0, decision: rollback });
    await it.until('to be rolled back', (bg) => bg.status.active === first.status.active && isReady(bg));
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
  }),
);
