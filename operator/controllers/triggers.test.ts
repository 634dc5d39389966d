import { describe, expect, test } from '@jest/globals';
import { specWith } from './spec.fixture.ts';
import { createStores } from './stores.ts';
import { connectTriggers } from './triggers.ts';
import { viewConfigMap } from './views/config-map.ts';
import { viewEndpointSlice } from './views/endpoint-slice.ts';
import { viewService } from './views/service.ts';
import { viewSlot } from './views/slot.ts';

const identity = (name: string, resourceVersion = '5') => ({ namespace: 'shop', name, uid: name, resourceVersion });

const setUp = () => {
  const stores = createStores();
  for (const name of ['users', 'orders']) {
    const spec = specWith({ configMap: name === 'users' ? 'settings' : 'prices', active: name });
    stores.blueGreens.put({ ...identity(name, name === 'users' ? '1' : '2'), generation: 1, deleting: false, spec });
  }
  const enqueued: string[] = [];
  const disconnect = connectTriggers(stores, (key) => enqueued.push(key));
  return { stores, enqueued, disconnect };
};

const copy = (resourceVersion: string, owners: string[]) =>
  viewConfigMap(
    {
      metadata: {
        ...identity('settings-1', resourceVersion),
        labels: { 'relevo.dev/copy-of': 'settings' },
        ownerReferences: owners.map((name) => ({ apiVersion: 'v1', kind: 'BlueGreen', name, uid: name })),
      },
    },
    undefined,
    0,
  );

describe('connectTriggers', () => {
  test('a ConfigMap concerns those whose template names it', () => {
    const { stores, enqueued } = setUp();
    stores.configMaps.put(viewConfigMap({ metadata: identity('settings') }, undefined, 0));
    stores.configMaps.put(viewConfigMap({ metadata: identity('other', '6') }, undefined, 0));
    expect(enqueued).toEqual(['shop/users']);
  });

  test('a config copy concerns its owners, also when it is taken from them', () => {
    const { stores, enqueued } = setUp();
    stores.configMaps.put(copy('5', ['users']));
    stores.configMaps.put(copy('6', []));
    expect(enqueued).toEqual(['shop/users', 'shop/users']);
  });

  test('a Service and its EndpointSlices concern those that name it', () => {
    const { stores, enqueued } = setUp();
    stores.services.put(viewService({ metadata: identity('orders') }));
    const labels = { 'kubernetes.io/service-name': 'users' };
    const slice = viewEndpointSlice({ addressType: 'IPv4', endpoints: [], metadata: { ...identity('s'), labels } });
    if (slice !== undefined) stores.endpointSlices.put(slice);
    expect(enqueued).toEqual(['shop/orders', 'shop/users']);
  });

  test('a slot concerns the one that its label names', () => {
    const { stores, enqueued } = setUp();
    const labels = { 'relevo.dev/bluegreen': 'users' };
    const slot = viewSlot({ metadata: { ...identity('users-blue'), labels } });
    if (slot !== undefined) stores.slots.put(slot);
    expect(enqueued).toEqual(['shop/users']);
  });

  test('nothing is enqueued after the end', () => {
    const { stores, enqueued, disconnect } = setUp();
    disconnect();
    stores.services.put(viewService({ metadata: identity('orders') }));
    expect(enqueued).toEqual([]);
  });
});
