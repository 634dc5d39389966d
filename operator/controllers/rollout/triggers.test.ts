import { describe, expect, test } from '@jest/globals';
import type { ConfigRolloutStatus } from '../../api/configrollout.ts';
import { specWith } from '../spec.fixture.ts';
import { createStores } from '../stores.ts';
import { viewConfigMap } from '../views/config-map.ts';
import type { CachedRollout } from '../views/config-rollout.ts';
import { viewDeployment } from '../views/workload.ts';
import { connectGrantTriggers, connectRolloutTriggers, connectWorkloadTriggers } from './triggers.ts';

const identity = (name: string, resourceVersion: string) => ({ namespace: 'shop', name, uid: name, resourceVersion });

const rollout = (resourceVersion: string, granted: ConfigRolloutStatus['granted'], generation = 1): CachedRollout => ({
  ...identity('shared', resourceVersion),
  createdAt: '2026-01-01T00:00:00Z',
  generation,
  deleting: false,
  spec: {
    source: { configMap: 'settings', quietSeconds: 1 },
    consumers: { selector: {} },
    waves: { maxConcurrent: 1, soakSeconds: 0 },
    onFailure: 'Pause',
    progressDeadlineSeconds: 600,
    paused: false,
  },
  status: {
    observedGeneration: 1,
    current: 'old',
    granted,
    step: { name: 'Stable', since: '2026-01-01T00:00:00.000Z' },
    consumers: { total: 1, updated: 1, atWork: 0 },
    conditions: [],
    history: [],
  },
});

const blueGreen = (name: string, resourceVersion: string, configMap = 'settings') => ({
  ...identity(name, resourceVersion),
  generation: 1,
  deleting: false,
  spec: specWith({ configMap, active: name }),
});

const workload = (resourceVersion: string, annotation: string) => {
  const annotations = { 'relevo.dev/config-rollout': annotation };
  const view = viewDeployment({ metadata: { ...identity('plain', resourceVersion), annotations } });
  if (view === undefined) throw new TypeError('Expected a view');
  return view;
};

const setUp = () => {
  const stores = createStores();
  stores.blueGreens.assume(blueGreen('users', '1'));
  stores.blueGreens.assume(blueGreen('orders', '2'));
  stores.configRollouts.assume(rollout('3', [{ version: 'old', consumers: ['BlueGreen/orders', 'BlueGreen/users'] }]));
  const enqueued: string[] = [];
  return { stores, enqueued, enqueue: (key: string) => enqueued.push(key) };
};

describe('a rollout is looked at again', () => {
  test('when its source or a consumer changes, and at nothing else', () => {
    const { stores, enqueued, enqueue } = setUp();
    const disconnect = connectRolloutTriggers(stores, enqueue);
    stores.configMaps.assume(viewConfigMap({ metadata: identity('other', '10') }, undefined, 0));
    stores.blueGreens.assume(blueGreen('prices', '11', 'other'));
    expect(enqueued).toEqual([]);
    stores.configMaps.assume(viewConfigMap({ metadata: identity('settings', '12') }, undefined, 0));
    stores.blueGreens.assume(blueGreen('users', '13'));
    stores.deployments.assume(workload('14', 'shared'));
    expect(new Set(enqueued)).toEqual(new Set(['shop/shared']));
    expect(enqueued.length).toBeGreaterThanOrEqual(3);
    disconnect();
    const before = enqueued.length;
    stores.blueGreens.assume(blueGreen('users', '15'));
    expect(enqueued).toHaveLength(before);
  });
});

describe('a BlueGreen is looked at again', () => {
  test('when its grant changes, and not when another one does', () => {
    const { stores, enqueued, enqueue } = setUp();
    connectGrantTriggers(stores, enqueue);
    stores.configRollouts.assume(
      rollout('10', [
        { version: 'new', consumers: ['BlueGreen/users'] },
        { version: 'old', consumers: ['BlueGreen/orders'] },
      ]),
    );
    expect(enqueued).toEqual(['shop/users']);
  });

  test('when the rule itself changes or goes', () => {
    const { stores, enqueued, enqueue } = setUp();
    connectGrantTriggers(stores, enqueue);
    stores.configRollouts.assume(rollout('10', [], 2));
    expect(new Set(enqueued)).toEqual(new Set(['shop/users', 'shop/orders']));
    enqueued.length = 0;
    stores.configRollouts.remove('shop/shared', '11');
    expect(new Set(enqueued)).toEqual(new Set(['shop/users', 'shop/orders']));
  });
});

test('a workload is looked at again when it or its rollout changes', () => {
  const { stores, enqueued, enqueue } = setUp();
  connectWorkloadTriggers(stores, enqueue);
  stores.deployments.assume(workload('10', 'shared'));
  expect(enqueued).toEqual(['Deployment/shop/plain']);
  stores.configRollouts.remove('shop/shared', '11');
  expect(enqueued).toEqual(['Deployment/shop/plain', 'Deployment/shop/plain']);
});
