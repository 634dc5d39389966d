import { expect, test } from '@jest/globals';
import type { V1ConfigMap, V1Deployment, V1EndpointSlice, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../../operator/api/bluegreen.ts';
import { LABEL_BLUEGREEN, LABEL_COPY_OF } from '../../../operator/api/names.ts';
import { ANNOTATION_ADOPTED } from '../../../operator/cli/adopt/mark.ts';
import { run } from '../../../operator/cli/run.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  SERVICES,
} from '../../../operator/controllers/resources.ts';
import { ApiClient } from '../../../operator/runtime/client.ts';
import { systemClock } from '../../../operator/runtime/clock.ts';
import { cutAtWrite, type CutMoment } from '../../faults/fault.ts';
import { FaultProxy } from '../../faults/fault-proxy.ts';
import { eventually } from '../eventually.ts';
import { scene, type Scene } from '../scene.ts';
import { relevo } from './command-line.ts';

const LABELS = { app: 'shop' };
const PODS = 3;

/** A plain Deployment with its Service, as a team has them before Relevo. */
const openShop = async (it: Scene): Promise<void> => {
  await it.configure('settings', { GREETING: 'hello' });
  await it.objects.create<V1Service>(SERVICES, 'shop', {
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] },
  });
  await it.objects.create<V1Deployment>(DEPLOYMENTS, 'shop', {
    metadata: { labels: LABELS },
    spec: {
      replicas: PODS,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          containers: [{ name: 'web', image: 'ready:v1', envFrom: [{ configMapRef: { name: 'settings' } }] }],
        },
      },
    },
  });
  await eventually(
    'the shop to be open',
    () => readyEndpoints(it),
    (count) => count === PODS,
  );
};

const readyEndpoints = async (it: Scene): Promise<number> => {
  const slices = await it.objects.list<V1EndpointSlice>(ENDPOINT_SLICES, 'kubernetes.io/service-name=shop');
  return slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready === true)
    .length;
};

/** The fewest pods that the Service had to offer while the work was done. */
const fewestDuring = async (it: Scene, work: () => Promise<void>): Promise<number> => {
  let fewest = Infinity;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) fewest = Math.min(fewest, await readyEndpoints(it));
  })();
  try {
    await work();
  } finally {
    over.abort();
    await watching;
  }
  return fewest;
};

const deployment = (it: Scene): Promise<V1Deployment> => it.objects.get<V1Deployment>(DEPLOYMENTS, 'shop');
const shop = (it: Scene): Promise<BlueGreen> => it.objects.get<BlueGreen>(BLUE_GREENS, 'shop');

/** All that an adoption made, or changed. */
const traces = async (it: Scene): Promise<unknown[]> => [
  await it.objects.find(BLUE_GREENS, 'shop'),
  ...(await it.objects.list<V1Deployment>(DEPLOYMENTS, LABEL_BLUEGREEN)),
  ...(await it.objects.list(CONTROLLER_REVISIONS, LABEL_BLUEGREEN)),
  ...(await it.objects.list<V1ConfigMap>(CONFIG_MAPS, LABEL_COPY_OF)),
  (await deployment(it)).metadata?.annotations?.[ANNOTATION_ADOPTED],
];

const expectAdopted = async (it: Scene): Promise<void> => {
  const { status } = await shop(it);
  expect(status?.slots.blue).toMatchObject({ revision: status?.active, replicas: PODS, ready: PODS });
  expect((await deployment(it)).spec?.replicas).toBe(0);
  expect(await it.behind('shop')).toEqual(new Set(['ready:v1']));
};

const expectReleased = async (it: Scene, image: string): Promise<void> => {
  expect((await traces(it)).filter((trace) => trace !== undefined)).toEqual([]);
  expect((await it.objects.get<V1Service>(SERVICES, 'shop')).spec?.selector).toEqual(LABELS);
  const { spec, status } = await deployment(it);
  expect([spec?.replicas, status?.readyReplicas]).toEqual([PODS, PODS]);
  expect(spec?.template.spec?.containers[0]).toMatchObject({
    image,
    envFrom: [{ configMapRef: { name: 'settings' } }],
  });
  expect(await it.behind('shop')).toEqual(new Set([image]));
};

test(
  'a Deployment becomes a BlueGreen and back, and its Service always has all pods to offer',
  scene(async (it) => {
    await openShop(it);
    const dry = await relevo(it, 'adopt', 'deployment/shop', '--dry-run');
    expect(dry).toMatchObject({
      exitCode: 0,
      stdout: 'dry run: Deployment shop remembers what Service shop selects now\n',
    });
    expect((await traces(it)).filter((trace) => trace !== undefined)).toEqual([]);
    const fewest = await fewestDuring(it, async () => {
      expect(await relevo(it, 'adopt', 'deployment/shop')).toMatchObject({ exitCode: 0, stderr: '' });
      await expectAdopted(it);
      // It is a BlueGreen like any other.
      await it.objects.patch(BLUE_GREENS, 'shop', {
        spec: {
          switch: { retireAfterSeconds: 0 },
          template: {
            spec: {
              containers: [{ name: 'web', image: 'ready:v2', envFrom: [{ configMapRef: { name: 'settings' } }] }],
            },
          },
        },
      });
      expect((await relevo(it, 'wait', 'shop', '--for', 'Stable')).exitCode).toBe(0);
      expect(await it.behind('shop')).toEqual(new Set(['ready:v2']));
      expect(await relevo(it, 'release', 'shop')).toMatchObject({ exitCode: 0, stderr: '' });
      await expectReleased(it, 'ready:v2');
    });
    expect(fewest).toBeGreaterThanOrEqual(PODS);
    // Once more changes nothing.
    expect((await relevo(it, 'release', 'shop')).stdout).toBe('Deployment shop serves\n');
  }),
);

/** Runs a command through a line that is cut at its first write. */
const cutShort = async (it: Scene, moment: CutMoment, ...args: string[]): Promise<number> => {
  const { kubeconfigPath } = it.environment;
  const proxy = await FaultProxy.start(kubeconfigPath, { faults: cutAtWrite(1, moment) });
  const silent = { write: () => true };
  try {
    return await run(args, {
      stdout: silent,
      stderr: silent,
      environment: {},
      clock: systemClock,
      connect: async () => ({
        client: new ApiClient(proxy.connection, { userAgent: 'kubectl-relevo' }),
        namespace: it.namespace,
        where: proxy.url,
        contexts: [],
      }),
      signal: it.signal,
    });
  } finally {
    proxy.stop();
  }
};

/** The command dies at each of its writes, before it and after it; gives how often it had to be started. */
const untilDone = async (it: Scene, ...args: string[]): Promise<number> => {
  for (let runs = 1; runs < 40; runs += 1) {
    if ((await cutShort(it, runs % 2 === 0 ? 'after' : 'before', ...args)) === 0) return runs;
  }
  throw new Error(`Expected ${args.join(' ')} to come to its end`);
};

test(
  'adopt and release may die at any write: the same command goes on, and nothing is lost',
  scene(async (it) => {
    await openShop(it);
    const fewest = await fewestDuring(it, async () => {
      expect(await untilDone(it, 'adopt', 'shop')).toBeGreaterThan(5);
      await expectAdopted(it);
      expect(await untilDone(it, 'release', 'shop')).toBeGreaterThan(9);
      await expectReleased(it, 'ready:v1');
    });
    expect(fewest).toBeGreaterThanOrEqual(PODS);
  }),
);

test(
  'what cannot be adopted is refused with what to do, and nothing is changed',
  scene(async (it) => {
    await openShop(it);
    const refusal = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await relevo(it, ...args);
      expect(exitCode).toBe(3);
      return stderr;
    };
    expect(await refusal('adopt', 'deployment/shopp')).toContain('Expected Deployment shopp');
    expect(await refusal('release', 'shopp')).toContain('only what was adopted can be turned back');
    expect(await refusal('adopt', 'shop', '--service', 'web')).toContain('Expected Service web to select the pods');
    await it.objects.create<V1Service>(SERVICES, 'shop-too', { spec: { selector: LABELS, ports: [{ port: 80 }] } });
    expect(await refusal('adopt', 'shop')).toContain(
      'found shop, shop-too: name the one that clients use by --service',
    );
    await it.objects.delete(SERVICES, 'shop-too');
    await it.objects.patch(DEPLOYMENTS, 'shop', { spec: { replicas: 0 } });
    expect(await refusal('adopt', 'shop')).toContain('wait for its rollout first');
    expect((await relevo(it, 'adopt', 'statefulset/shop')).exitCode).toBe(2);
    expect((await traces(it)).filter((trace) => trace !== undefined)).toEqual([]);
  }),
);
