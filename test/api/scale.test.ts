import { expect, test } from '@jest/globals';
import type { V1Pod } from '@kubernetes/client-node';
import { BLUE_GREENS, PODS } from '../../operator/controllers/resources.ts';
import { specOf } from './blue-greens.ts';
import { eventually } from './eventually.ts';
import { scene, type Scene } from './scene.ts';

interface Scale {
  spec: { replicas: number };
  status: { replicas: number; selector: string };
}

const size = async (it: Scene, slot: 'blue' | 'green'): Promise<number | undefined> =>
  (await it.deployment(slot))?.spec?.replicas;

const names = (pods: V1Pod[]): Set<string | undefined> => new Set(pods.map((pod) => pod.metadata?.name));

const makeReady = async (it: Scene, revision: string | undefined): Promise<void> => {
  for (const pod of await it.podsOf(revision ?? '')) await it.kubelet.setState(pod, { kind: 'running', ready: true });
};

/** Changes the template alone, as a deploy beside an HPA does: replicas belong to the HPA. */
const changeTemplate = (it: Scene, image: string): Promise<unknown> =>
  it.objects.patch(BLUE_GREENS, 'web', { spec: { template: specOf({ image }).template } });

test(
  'case 19: kubectl scale reaches the active slot at once',
  scene(async (it) => {
    const before = await it.release({ image: 'ready:v1', replicas: 2 });
    await it.objects.scale(BLUE_GREENS, 'web', 3);
    await eventually(
      'three pods behind the Service',
      () => it.podsBehind('web'),
      (pods) => pods.length === 3,
    );
    const after = await it.serving('ready:v1');
    expect(after.status.active).toBe(before.status.active);
    expect(after.status.history).toHaveLength(1);
    await it.objects.scale(BLUE_GREENS, 'web', 1);
    await eventually(
      'one pod behind the Service',
      () => it.podsBehind('web'),
      (pods) => pods.length === 1,
    );
  }),
);

test(
  'case 19: during a release both slots follow, and the switch keeps the current size',
  scene(async (it) => {
    await it.release({ image: 'ready:v1', replicas: 2 });
    await changeTemplate(it, 'never-ready:v2');
    await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
    await it.objects.scale(BLUE_GREENS, 'web', 4);
    await eventually(
      'four ready pods of the active slot',
      () => it.podsBehind('web'),
      (pods) => pods.length === 4,
    );
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    const { status } = await it.until('to fill four', (bg) => bg.status.slots.green?.replicas === 4);
    await eventually(
      'four pods of the target',
      () => it.podsOf(status.target ?? ''),
      (pods) => pods.length === 4,
    );
    // A pod that started meanwhile reports itself as not ready once; then the test's word counts.
    await eventually(
      'the switch',
      async () => {
        await makeReady(it, status.target);
        return it.behind('web');
      },
      (images) => images.has('never-ready:v2'),
    );
    await it.serving('never-ready:v2');
    expect(await it.podsBehind('web')).toHaveLength(4);
    expect(it.selections.of('web')).toHaveLength(2);
  }),
);

test(
  'case 20: template and replicas in one edit both take effect, and no gate is skipped',
  scene(async (it) => {
    await it.release({ image: 'ready:v1', replicas: 2 });
    await it.apply({ image: 'never-ready:v2', replicas: 3 });
    await eventually(
      'three pods of the old release',
      () => it.podsBehind('web'),
      (pods) => pods.length === 3,
    );
    const { status } = await it.until('to fill three', (bg) => bg.status.slots.green?.replicas === 3);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
    expect(it.selections.of('web')).toHaveLength(1);
    await eventually(
      'the switch',
      async () => {
        await makeReady(it, status.target);
        return it.behind('web');
      },
      (images) => images.has('never-ready:v2'),
    );
    await it.serving('never-ready:v2');
    expect(await it.podsBehind('web')).toHaveLength(3);
  }),
);

test(
  'case 22: the selector of the scale subresource matches the pods that serve, and no others',
  scene(async (it) => {
    await it.release({ image: 'ready:v1', replicas: 2 });
    await it.apply({ image: 'ready:v2', replicas: 2, soakSeconds: 600 });
    await it.until('to soak', (bg) => bg.status.step.name === 'Soaking');
    const { spec, status } = await it.objects.readScale<Scale>(BLUE_GREENS, 'web');
    expect([spec.replicas, status.replicas]).toEqual([2, 2]);
    const matched = names(await it.objects.list<V1Pod>(PODS, status.selector));
    expect(matched.size).toBe(2);
    expect(matched).toEqual(names(await it.podsBehind('web')));
  }),
);

test(
  'a BlueGreen scaled to zero keeps its release and comes back with it',
  scene(async (it) => {
    const before = await it.release({ image: 'ready:v1', replicas: 2 });
    await it.objects.scale(BLUE_GREENS, 'web', 0);
    await eventually(
      'no pods',
      () => it.pods(),
      (pods) => pods.length === 0,
    );
    expect(await size(it, 'blue')).toBe(0);
    await it.objects.scale(BLUE_GREENS, 'web', 2);
    await eventually(
      'two pods behind the Service',
      () => it.podsBehind('web'),
      (pods) => pods.length === 2,
    );
    expect((await it.blueGreen()).status?.active).toBe(before.status.active);
    expect(it.selections.of('web')).toEqual([before.status.active]);
  }),
);
