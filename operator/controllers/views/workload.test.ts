import { describe, expect, test } from '@jest/globals';
import type { V1Deployment, V1StatefulSet } from '@kubernetes/client-node';
import { viewDeployment, viewStatefulSet } from './workload.ts';

const optedIn = { 'relevo.dev/config-rollout': 'shared' };
const metadata = (annotations: Record<string, string>) => ({
  namespace: 'shop',
  name: 'web',
  uid: 'u',
  resourceVersion: '5',
  generation: 2,
  annotations,
});
const template = {
  spec: {
    containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'shared' } }, { secretRef: { name: 'token' } }] }],
    volumes: [{ name: 'files', configMap: { name: 'shared' } }],
  },
};

const deployment = (part: Partial<V1Deployment> = {}): V1Deployment => ({
  metadata: metadata(optedIn),
  spec: { replicas: 3, selector: {}, template },
  ...part,
});

const claimedBy = (manager: string, part: { subresource?: string } = {}) =>
  viewDeployment(
    deployment({ metadata: { ...metadata({}), managedFields: [{ manager, operation: 'Update', ...part }] } }),
  );

describe('viewDeployment', () => {
  test('of one that has nothing to do with any ConfigRollout is nothing', () => {
    expect(viewDeployment(deployment({ metadata: metadata({}) }))).toBeUndefined();
  });

  test('names the rollout, and each ConfigMap once', () => {
    expect(viewDeployment(deployment())).toMatchObject({
      kind: 'Deployment',
      rollout: 'shared',
      copies: {},
      configMaps: ['shared'],
      observed: false,
      replicas: 3,
      ready: 0,
    });
  });

  test('is kept after opting out until its references are restored', () => {
    const copies = { 'relevo.dev/config-copies': '{"shared":"shared-1"}' };
    expect(viewDeployment(deployment({ metadata: metadata(copies) }))).toMatchObject({
      rollout: undefined,
      copies: { shared: 'shared-1' },
    });
  });

  test('is kept while the operator counts as a manager of its fields', () => {
    expect(claimedBy('relevo-operator')?.claimed).toBe(true);
    expect(claimedBy('helm')).toBeUndefined();
    expect(claimedBy('relevo-operator', { subresource: 'scale' })).toBeUndefined();
  });

  test.each(['', 'no JSON', '[]', '{"shared":1}', 'null'])('the annotation %j names nothing', (text) => {
    const both = { ...optedIn, 'relevo.dev/config-copies': text };
    expect(viewDeployment(deployment({ metadata: metadata(both) }))?.copies).toEqual({});
  });

  test('tells of progress, and why there is none', () => {
    const condition = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'late' };
    const status = {
      observedGeneration: 2,
      replicas: 4,
      updatedReplicas: 2,
      readyReplicas: 3,
      conditions: [condition],
    };
    expect(viewDeployment(deployment({ status }))).toMatchObject({
      observed: true,
      total: 4,
      updated: 2,
      ready: 3,
      failure: 'late',
    });
  });
});

test('a StatefulSet is looked at in the same way', () => {
  const status = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
  const statefulSet: V1StatefulSet = {
    metadata: metadata(optedIn),
    spec: { selector: {}, serviceName: 'web', template },
    status,
  };
  expect(viewStatefulSet(statefulSet)).toMatchObject({
    kind: 'StatefulSet',
    observed: true,
    replicas: 1,
    updated: 1,
    ready: 1,
    total: 1,
  });
});
