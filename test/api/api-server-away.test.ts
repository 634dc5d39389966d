import { expect, test } from '@jest/globals';
import type { ControlPlane } from '../../k8s/local/control-plane/control-plane.ts';
import { afterAll, beforeAll } from '@jest/globals';
import { always, eventually } from './eventually.ts';
import { isReady, Scene } from './scene.ts';
import { startTestControlPlane } from './test-control-plane.ts';

const over = new AbortController();
let controlPlane: ControlPlane | undefined;
let it: Scene;

beforeAll(async () => {
  controlPlane = await startTestControlPlane(over.signal);
  it = await Scene.set(controlPlane);
});
afterAll(async () => {
  await it.strike();
  await controlPlane?.stop();
});

/** Takes the API server away for a while. */
const away = async (ms: number): Promise<void> => {
  await controlPlane?.apiServer.stop();
  await always(
    'the operator to go on',
    async () => true,
    (is) => is,
    ms,
  );
  await controlPlane?.apiServer.start();
};

test('case 37: the API server away for a minute in the middle of a release: the operator reconnects and loses nothing', async () => {
  const container = { envFrom: [{ configMapRef: { name: 'settings' } }] };
  await it.configure('settings', { GREETING: 'hello' });
  const operator = await it.startOperator();
  let isRunning = true;
  operator.ended
    .catch(() => undefined)
    .then(
      () => (isRunning = false),
      () => undefined,
    );
  await it.release({ image: 'ready:v1', container, retireAfterSeconds: 0 });
  await it.apply({ image: 'never-ready:v2', container, retireAfterSeconds: 0 });
  const middle = await it.until('to fill', (bg) => bg.status.slots.green?.replicas === 2);
  await eventually(
    'two started pods',
    () => it.podsOf(middle.status.target ?? ''),
    (pods) => pods.filter(({ status }) => status?.podIP !== undefined).length === 2,
  );

  await away(60_000);

  expect(isRunning).toBe(true);
  // The release that was under way is still that one, and nothing moved.
  expect(it.selections.of('web')).toHaveLength(1);
  for (const pod of await it.podsOf(middle.status.target ?? '')) {
    await it.kubelet.setState(pod, { kind: 'running', ready: true });
  }
  const { status } = await it.serving('never-ready:v2', 60_000);
  expect(status.active).toBe(middle.status.target);
  expect(it.selections.of('web')).toHaveLength(2);
  // What is watched anew is watched wholly: spec, ConfigMaps, Deployments, EndpointSlices.
  await it.configure('settings', { GREETING: 'hi' });
  await it.apply({ image: 'ready:v3', container, retireAfterSeconds: 0 });
  await it.serving('ready:v3', 60_000);
  await it.until('to be at rest', (bg) => isReady(bg) && bg.status.step.name === 'Stable', 30_000);
  for (const pod of await it.podsBehind('web')) {
    expect(it.kubelet.contentOf(pod)).toEqual({ 'web.env.GREETING': 'hi' });
  }
}, 240_000);
