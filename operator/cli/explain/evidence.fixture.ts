import type { V1ContainerStatus, V1Pod, V1PodSpec, V1PodStatus } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Condition } from '../../api/conditions.ts';
import { LABEL_REVISION, LABEL_SLOT } from '../../api/names.ts';
import type { CoreEvent } from '../read/core-event.ts';
import type { Evidence } from './evidence.ts';

export const NOW = Date.parse('2026-01-01T01:00:00.000Z');

/** What was read about a BlueGreen, an operator leading. */
export const evidenceOf = (blueGreen: BlueGreen, more: Partial<Evidence> = {}): Evidence => ({
  blueGreen,
  deployments: {},
  pods: [],
  records: [],
  unreadable: [],
  now: NOW,
  services: {},
  events: [],
  leases: [
    {
      metadata: { name: 'relevo-operator', namespace: 'relevo' },
      spec: { holderIdentity: 'operator-1', leaseDurationSeconds: 15, renewTime: new Date(NOW - 2000) },
    },
  ],
  ...more,
});

/** The BlueGreen, stalled. */
export const stalled = (blueGreen: BlueGreen, reason: string, message: string): BlueGreen => {
  const condition: Condition = {
    type: 'Stalled',
    status: 'True',
    reason,
    message,
    lastTransitionTime: '2026-01-01T00:00:00.000Z',
    observedGeneration: 1,
  };
  return blueGreen.status === undefined
    ? blueGreen
    : { ...blueGreen, status: { ...blueGreen.status, conditions: [condition] } };
};

/** The BlueGreen, waiting for that. */
export const waitingFor = (blueGreen: BlueGreen, sentence: string): BlueGreen =>
  blueGreen.status === undefined
    ? blueGreen
    : {
        ...blueGreen,
        status: { ...blueGreen.status, step: { ...blueGreen.status.step, waitingFor: sentence } },
      };

interface PodVariation {
  name?: string;
  spec?: V1PodSpec;
  deletionTimestamp?: Date;
}

/** A pod of the release that is under way, on a node unless told otherwise. */
export const podWith = (status: V1PodStatus, variation: PodVariation = {}): V1Pod => {
  const {
    name = 'web-green-1',
    spec = { nodeName: 'node-1', containers: [{ name: 'web' }] },
    deletionTimestamp,
  } = variation;
  const labels = { [LABEL_SLOT]: 'green', [LABEL_REVISION]: 'web-2' };
  const metadata = {
    name,
    namespace: 'shop',
    labels,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
  };
  return { metadata, spec, status };
};

export const container = (status: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  name: 'web',
  image: 'web:2',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...status,
});

/** An event about that pod. */
export const event = (reason: string, message: string, name = 'web-green-1'): CoreEvent => ({
  reason,
  message,
  involvedObject: { kind: 'Pod', name },
  metadata: { creationTimestamp: '2026-01-01T00:59:00.000Z' },
});
