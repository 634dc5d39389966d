import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { BLUE_GREENS, DEPLOYMENTS } from '../../operator/controllers/resources.ts';
import type { Resource } from '../../operator/runtime/resource.ts';
import type { V1Deployment } from '@kubernetes/client-node';
import { deploymentName } from '../../operator/api/names.ts';
import { eventually } from '../api/eventually.ts';
import { NO_LOSS, Stage } from './stage.ts';
import { kubectl } from './command.ts';

const AUTOSCALERS: Resource = {
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  namespaced: true,
};

const stage = new Stage('scale');

beforeAll(async () => {
  await stage.open();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const ready = async (slot = stage.activeSlot): Promise<number> => {
  const deployment = await stage.objects.get<V1Deployment>(DEPLOYMENTS, deploymentName('users', slot));
  return deployment.status?.readyReplicas ?? 0;
};

describe('scale', () => {
  test('case 19: the active slot follows kubectl scale at once, up and down', async () => {
    const from = stage.now();
    const where = ['--namespace', stage.namespace, 'bluegreen/users'];
    await kubectl(['scale', '--replicas=4', ...where], stage.signal);
    await eventually('4 pods to serve', ready, (count) => count === 4, 30_000);
    await kubectl(['scale', '--replicas=2', ...where], stage.signal);
    await eventually('2 pods to serve', ready, (count) => count === 2, 30_000);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 19: a release switches with the size of the moment', async () => {
    const from = stage.now();
    await stage.objects.scale(BLUE_GREENS, 'users', 3);
    await stage.director().perform('code', stage.signal);
    expect(await ready()).toBe(3);
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });

  test('case 22: the scale subresource selects the pods that serve, and only these', async () => {
    const scale = await stage.objects.readScale<{ status: { selector: string; replicas: number } }>(
      BLUE_GREENS,
      'users',
    );
    const args = ['get', 'pods', '--namespace', stage.namespace, '--output=name', '--selector', scale.status.selector];
    const pods = (await kubectl(args, stage.signal)).trim().split('\n');
    expect(pods).toHaveLength(scale.status.replicas);
    expect(pods.every((name) => name.startsWith(`pod/${deploymentName('users', stage.activeSlot)}-`))).toBe(true);
  });

  test('case 19: a HorizontalPodAutoscaler scales the BlueGreen by the CPU that its pods use', async () => {
    const from = stage.now();
    await stage.objects.create(AUTOSCALERS, 'users', {
      spec: {
        scaleTargetRef: { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users' },
        minReplicas: 2,
        maxReplicas: 4,
        // Far below what the load takes, so that it must scale to its limit.
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 1 } } },
        ],
      },
    });
    await eventually('the autoscaler to ask for 4 pods', ready, (count) => count === 4, 120_000);
    const autoscaler = await stage.objects.get<V2HorizontalPodAutoscaler>(AUTOSCALERS, 'users');
    expect(autoscaler.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'ScalingActive', status: 'True' }),
    );
    await stage.director().perform('code', stage.signal);
    expect(await ready()).toBe(4);
    await stage.objects.delete(AUTOSCALERS, 'users');
    expect(await stage.loss(from)).toEqual(NO_LOSS);
  });
});
