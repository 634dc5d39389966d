import { expect, test } from '@jest/globals';
import { ANNOTATION_TRAFFIC, ANNOTATION_TRAFFIC_REPEAT } from '../../operator/api/names.ts';
import { always, eventually } from './eventually.ts';
import { isReady, scene, sceneWithoutOperator } from './scene.ts';

test(
  'case 5: a soak never ends early, and ends without anyone watching, also across a restart of the operator',
  sceneWithoutOperator(async (it) => {
    const first = await it.startOperator();
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', soakSeconds: 5 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const deadline = Date.parse(status.step.deadline ?? '');
    expect(deadline - Date.parse(status.step.since)).toBe(5000);
    await it.stopOperator(first);
    await it.startOperator();
    await eventually(
      'the switch',
      async () => it.selections.of('web'),
      (selected) => selected.length === 2,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(deadline);
    await it.serving('ready:v2');
  }),
);

test(
  'case 9 and 11: an abort removes the target and leaves the active alone, and the next template goes on by itself',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const before = await it.deployment('blue');
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    const { status } = await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const revision = status.target ?? '';
    const decision = { revision, action: 'Abort' } as const;
    await it.apply({ image: 'ready:v2', soakSeconds: 600, decision });
    const aborted = await it.until('to be aborted', (bg) => bg.status.history[0]?.outcome === 'Aborted');
    expect(aborted.status.history[0]?.revision).toBe(revision);
    await eventually(
      'no pods of the target',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
    );
    expect((await it.deployment('blue'))?.spec).toEqual(before?.spec);
    // Not tried again by itself, also when the decision is taken out.
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    await always(
      'it to stay aborted',
      () => it.podsOf(revision),
      (pods) => pods.length === 0,
      1500,
    );
    expect(it.selections.of('web')).toEqual([first.status.active]);
    const next = await it.release({ image: 'ready:v3', soakSeconds: 0 });
    expect(it.selections.of('web')).toEqual([first.status.active, next.status.active]);
  }),
);

test(
  'a decision that names another revision decides nothing',
  scene(async (it) => {
    await it.release({ image: 'ready:v1' });
    const decision = { revision: 'web-0000000000', action: 'Abort' } as const;
    const { status } = await it.release({ image: 'ready:v2', decision });
    expect(status.history[0]).toMatchObject({ revision: status.active, outcome: 'Promoted' });
  }),
);

test(
  'after the switch the pods of the old release are told that they are retired, and nobody else is',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    const second = await it.release({ image: 'ready:v2', retireAfterSeconds: 600 });
    const traffic = async (revision: string | undefined) =>
      (await it.podsOf(revision ?? '')).map((pod) => pod.metadata?.annotations?.[ANNOTATION_TRAFFIC]);
    expect(await traffic(first.status.active)).toEqual(['retired', 'retired']);
    expect(await traffic(second.status.active)).toEqual(['active', 'active']);
    expect(isReady(second)).toBe(true);
    // A kubelet can miss a change; the next one makes it look again.
    const repeats = async (revision: string | undefined) =>
      (await it.podsOf(revision ?? '')).map((pod) => pod.metadata?.annotations?.[ANNOTATION_TRAFFIC_REPEAT]);
    await eventually(
      'the signal to be repeated',
      () => repeats(first.status.active),
      (found) => found.length === 2 && found.every((times) => times === '3'),
    );
    expect(await traffic(first.status.active)).toEqual(['retired', 'retired']);
    expect(await repeats(second.status.active)).toEqual([undefined, undefined]);
  }),
);
