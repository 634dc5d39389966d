import { expect, test } from '@jest/globals';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { ANNOTATION_TRAFFIC } from '../../operator/api/names.ts';
import { PODS, SERVICES } from '../../operator/controllers/resources.ts';
import { resourcePath } from '../../operator/runtime/resource.ts';
import { always, eventually } from './eventually.ts';
import { isReady, scene, sceneWithoutOperator, type Scene } from './scene.ts';
import { watchObjects } from './watch-objects.ts';

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

/** What the pods of the namespace have been told, each time that changes, with the resourceVersion of the change. */
const followTraffic = (it: Scene): { pod: string; told: string; version: bigint }[] => {
  const heard: { pod: string; told: string; version: bigint }[] = [];
  const last = new Map<string, string>();
  const follow = async (): Promise<void> => {
    const path = resourcePath(PODS, { namespace: it.namespace });
    for await (const { type, object } of watchObjects<V1Pod>(it.client, path, it.signal)) {
      const { name = '', annotations, resourceVersion = '0' } = object.metadata ?? {};
      const told = annotations?.[ANNOTATION_TRAFFIC] ?? 'nothing';
      if (type === 'DELETED' || last.get(name) === told) continue;
      last.set(name, told);
      heard.push({ pod: name, told, version: BigInt(resourceVersion) });
    }
  };
  void follow();
  return heard;
};

test(
  'the pods of the old release are told that they are leaving before the switch, and after it that they are retired',
  scene(async (it) => {
    const heard = followTraffic(it);
    const first = await it.release({ image: 'ready:v1' });
    const pods = (await it.podsOf(first.status.active ?? '')).map(({ metadata }) => metadata?.name ?? '');
    const second = await it.release({ image: 'ready:v2', retireAfterSeconds: 600 });
    expect(isReady(second)).toBe(true);
    await eventually(
      'both pods of the old release to be told',
      async () => heard.filter(({ told }) => told === 'retired'),
      (retired) => retired.length === 2,
    );
    const old = heard.filter(({ pod }) => pods.includes(pod));
    for (const pod of pods) {
      expect(old.filter((one) => one.pod === pod).map(({ told }) => told)).toEqual(['active', 'leaving', 'retired']);
    }
    const others = heard.filter(({ pod }) => !pods.includes(pod));
    expect(new Set(others.map(({ told }) => told))).toEqual(new Set(['active']));
    const { metadata } = await it.objects.get<V1Service>(SERVICES, 'web');
    const switchedAt = BigInt(metadata?.resourceVersion ?? '0');
    const leaving = old.filter(({ told }) => told === 'leaving');
    expect(leaving.every(({ version }) => version < switchedAt)).toBe(true);
  }),
);
