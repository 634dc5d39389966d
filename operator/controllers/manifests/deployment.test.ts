import { describe, expect, test } from '@jest/globals';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { slotDeployment } from './deployment.ts';

const owner = { namespace: 'shop', name: 'users', uid: 'u-1' };
const make = (template: V1PodTemplateSpec, replicas = 3) =>
  slotDeployment({ owner, slot: 'green', revision: 'users-0123456789', template, replicas, resourceVersion: '7' });
const template = (spec: V1PodTemplateSpec['spec']): V1PodTemplateSpec => (spec === undefined ? {} : { spec });

describe('slotDeployment', () => {
  test('is named and owned so that the BlueGreen takes it along', () => {
    const { metadata } = make(template({ containers: [] }));
    expect(metadata).toMatchObject({
      name: 'users-green',
      namespace: 'shop',
      resourceVersion: '7',
      labels: {
        'relevo.dev/bluegreen': 'users',
        'relevo.dev/slot': 'green',
        'relevo.dev/revision': 'users-0123456789',
      },
      ownerReferences: [
        { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users', uid: 'u-1', controller: true },
      ],
    });
  });

  test('selects its pods by slot alone, so that it can be filled again', () => {
    const { spec } = make(template({ containers: [] }));
    expect(spec?.selector.matchLabels).toEqual({ 'relevo.dev/bluegreen': 'users', 'relevo.dev/slot': 'green' });
    expect(spec).toMatchObject({
      replicas: 3,
      revisionHistoryLimit: 0,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } },
    });
  });

  test('adds labels, the traffic annotation and the pod-info volume, and keeps what the user wrote', () => {
    const { spec } = make({
      metadata: { labels: { app: 'users', 'relevo.dev/slot': 'wrong' }, annotations: { note: 'mine' } },
      spec: {
        containers: [{ name: 'users', image: 'users:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        initContainers: [{ name: 'migrate', image: 'users:1' }],
        volumes: [{ name: 'data', emptyDir: {} }],
        terminationGracePeriodSeconds: 60,
      },
    });
    expect(spec?.template.metadata).toEqual({
      labels: {
        app: 'users',
        'relevo.dev/bluegreen': 'users',
        'relevo.dev/slot': 'green',
        'relevo.dev/revision': 'users-0123456789',
      },
      annotations: { note: 'mine', 'relevo.dev/traffic': 'active' },
    });
    const podInfo = { name: 'relevo-pod-info', mountPath: '/run/relevo', readOnly: true };
    expect(spec?.template.spec).toMatchObject({
      containers: [{ name: 'users', volumeMounts: [{ name: 'data', mountPath: '/data' }, podInfo] }],
      initContainers: [{ name: 'migrate', volumeMounts: [podInfo] }],
      volumes: [
        { name: 'data', emptyDir: {} },
        {
          name: 'relevo-pod-info',
          downwardAPI: { items: [{ path: 'traffic' }, { path: 'revision' }, { path: 'slot' }] },
        },
      ],
      terminationGracePeriodSeconds: 60,
    });
  });

  test('leaves a container alone that has something of its own in that place', () => {
    const own = [{ name: 'mine', mountPath: '/run/relevo/' }];
    const { spec } = make(template({ containers: [{ name: 'users', image: 'users:1', volumeMounts: own }] }));
    expect(spec?.template.spec?.containers[0]?.volumeMounts).toEqual(own);
  });

  test('passes what is no container on to the dry run', () => {
    const odd: V1PodTemplateSpec = JSON.parse('{"spec":{"containers":["users"],"volumes":"none"}}');
    expect(make(odd).spec?.template.spec).toMatchObject({ containers: ['users'] });
  });

  test('does not change the recorded template', () => {
    const recorded = template({ containers: [{ name: 'users', image: 'users:1' }] });
    const text = JSON.stringify(recorded);
    make(recorded);
    expect(JSON.stringify(recorded)).toBe(text);
  });
});
