import { expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import { DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import { eventually } from './eventually.ts';
import { scene } from './scene.ts';

test(
  'traffic never moves to pods that only the status of their Deployment calls ready',
  scene(async (it) => {
    const first = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'never-ready:v2' });
    const { status } = await it.until('to fill green', (bg) => bg.status.slots.green?.replicas === 2);
    await eventually(
      'the pods of green',
      () => it.podsOf(status.target ?? ''),
      (pods) => pods.length === 2,
    );
    // When a slot is emptied and filled again at once, the Deployment controller says what was true before: it adds up
    // the counts of ReplicaSets, and these may lag behind.
    for (let times = 0; times < 40; times += 1) {
      const { metadata } = await it.objects.get<V1Deployment>(DEPLOYMENTS, 'web-green');
      const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
      const early = { observedGeneration: metadata?.generation, ...counts, unavailableReplicas: null };
      await it.objects.patchStatus(DEPLOYMENTS, 'web-green', { status: early });
      await eventually(
        'the Deployment controller to correct it',
        () => it.objects.get<V1Deployment>(DEPLOYMENTS, 'web-green'),
        (deployment) => deployment.status?.readyReplicas !== 2,
      );
    }
    expect(it.selections.of('web')).toEqual([first.status.active]);
    expect(await it.behind('web')).toEqual(new Set(['ready:v1']));
  }),
);
