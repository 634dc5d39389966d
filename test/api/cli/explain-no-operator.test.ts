import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ControlPlane } from '../../../k8s/local/control-plane/control-plane.ts';
import { Scene } from '../scene.ts';
import { startTestControlPlane } from '../test-control-plane.ts';
import { relevo } from './command-line.ts';

// A control plane of its own: in the shared one the operators of other tests lead.
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

test('explain: no operator runs', async () => {
  const operator = await it.startOperator(undefined, { namespace: it.namespace });
  await it.release({ image: 'ready:v1' });
  await it.stopOperator(operator);
  await it.apply({ image: 'ready:v2' });
  const { stdout, exitCode } = await relevo(it, 'explain', 'web');
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/No operator leads: lease relevo-operator in namespace .* is not held/);
  expect(stdout).toContain('helm upgrade --install relevo-operator');
  // Nobody can write the sentence into status, so the command says it itself.
  expect((await relevo(it, 'status', 'web')).stdout).toContain('the operator to see the newest spec');
});
