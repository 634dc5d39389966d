import type { BlueGreen, BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import { specWith } from '../../controllers/spec.fixture.ts';

/** `web-1` serves and `web-2` is on its way, in the given step. */
export const releasing = (step: BlueGreenStatus['step']['name'], spec: Partial<BlueGreenSpec> = {}): BlueGreen =>
  blueGreen(
    {
      active: 'web-1',
      target: 'web-2',
      slots: {
        blue: { revision: 'web-1', replicas: 2, ready: 2 },
        green: { revision: 'web-2', replicas: 2, ready: 2 },
      },
      step: { name: step, since: '2026-01-01T00:00:00.000Z' },
      release: { revision: 'web-2', startedAt: '2026-01-01T00:00:00.000Z', steps: {} },
    },
    spec,
  );

/** A BlueGreen at rest, `web-1` serving, changed as told. */
export const blueGreen = (status: Partial<BlueGreenStatus> = {}, spec: Partial<BlueGreenSpec> = {}): BlueGreen => ({
  apiVersion: 'relevo.dev/v1beta1',
  kind: 'BlueGreen',
  metadata: { name: 'web', namespace: 'shop', generation: 1, resourceVersion: '7' },
  spec: { ...specWith({ configMap: 'settings', active: 'web' }), ...spec },
  status: {
    observedGeneration: 1,
    active: 'web-1',
    target: 'web-1',
    slots: { blue: { revision: 'web-1', replicas: 2, ready: 2 } },
    step: { name: 'Stable', since: '2026-01-01T00:00:00.000Z' },
    conditions: [],
    history: [],
    replicas: 2,
    selector: '',
    ...status,
  },
});
