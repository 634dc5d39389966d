import { describe, expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import { slotFor, viewSlot } from './slot.ts';

const deployment = (name: string, changes: Partial<V1Deployment> = {}): V1Deployment => ({
  metadata: {
    namespace: 'shop',
    name,
    uid: 'd-1',
    resourceVersion: '12',
    generation: 3,
    labels: {
      'relevo.dev/bluegreen': 'users',
      'relevo.dev/slot': 'blue',
      'relevo.dev/revision': 'users-0123456789',
      'relevo.dev/claim': '5',
    },
    ownerReferences: [
      { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users', uid: 'u-1', controller: true },
    ],
  },
  spec: { replicas: 2, selector: {}, template: {} },
  status: { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 1 },
  ...changes,
});

describe('viewSlot', () => {
  test('keeps what plan reads', () => {
    expect(viewSlot(deployment('users-blue'))).toEqual({
      namespace: 'shop',
      name: 'users-blue',
      uid: 'd-1',
      resourceVersion: '12',
      bluegreen: 'users',
      controller: 'u-1',
      slot: 'blue',
      deleting: false,
      revision: 'users-0123456789',
      replicas: 2,
      observed: true,
      total: 2,
      updated: 2,
      ready: 1,
      failure: undefined,
      claim: '5',
    });
  });

  test('goes by the name, which is what a write would hit', () => {
    expect(viewSlot(deployment('users-green'))?.slot).toBe('green');
    expect(viewSlot(deployment('users-red'))).toBeUndefined();
    expect(viewSlot(deployment('other-blue'))).toBeUndefined();
  });

  test('knows counts that are about an older spec', () => {
    expect(viewSlot(deployment('users-blue', { status: { observedGeneration: 2 } }))).toMatchObject({
      observed: false,
      total: 0,
      updated: 0,
      ready: 0,
    });
    expect(viewSlot(deployment('users-blue', { status: {} }))?.observed).toBe(false);
  });

  test('says why pods cannot be made', () => {
    const conditions = [
      { type: 'Available', status: 'False', message: 'no' },
      { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' },
    ];
    expect(viewSlot(deployment('users-blue', { status: { conditions } }))?.failure).toBe('exceeded quota');
  });
});

describe('slotFor', () => {
  const view = viewSlot(deployment('users-blue'));
  if (view === undefined) throw new TypeError('Expected a view');

  test('a Deployment of another owner is foreign, an orphan is not', () => {
    expect(slotFor(view, 'u-1').foreign).toBe(false);
    expect(slotFor(view, 'u-2').foreign).toBe(true);
    expect(slotFor({ ...view, controller: undefined }, 'u-2').foreign).toBe(false);
  });
});
