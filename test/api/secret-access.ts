import type { SecretsMode } from '../../operator/api/bluegreen.ts';
import type { Operator } from '../../operator/controllers/operator.ts';
import type { Variation } from './blue-greens.ts';
import { sceneWithoutOperator, type Scene } from './scene.ts';

/** An operator as its chart starts it with secrets.access=true. */
export const startWithAccess = (it: Scene): Promise<Operator> =>
  it.startOperator(undefined, false, { secrets: { keyNamespace: it.namespace } });

/** A test body in a scene with an operator that may read Secrets. */
export const sceneWithAccess = (body: (scene: Scene) => Promise<void>) =>
  sceneWithoutOperator(async (it) => {
    await startWithAccess(it);
    await body(it);
  });

/** A template that takes its environment from the Secret `token`. */
export const withToken = (secrets: SecretsMode, more: Variation = {}): Variation => ({
  secrets,
  retireAfterSeconds: 0,
  container: { envFrom: [{ secretRef: { name: 'token' } }] },
  ...more,
});
