import { describe, expect, test } from '@jest/globals';
import { configMapSource } from './config-sources.ts';
import { Memories } from './memory.ts';
import { takeSnapshot } from './snapshot.ts';
import { specWith } from './spec.fixture.ts';
import { createStores } from './stores.ts';
import type { Stores } from './stores.ts';
import { viewConfigMap } from './views/config-map.ts';
import { viewRecord } from './views/record.ts';
import { viewService } from './views/service.ts';
import { viewSlot } from './views/slot.ts';

const identity = (name: string, namespace = 'shop') => ({ namespace, name, uid: name, resourceVersion: '5' });
const bluegreen = {
  ...identity('users'),
  uid: 'u-1',
  generation: 1,
  deleting: false,
  spec: specWith({ configMap: 'settings', active: 'users' }),
};
const owner = (uid: string) => ({ apiVersion: 'v1', kind: 'BlueGreen', name: 'users', uid, controller: true });
const memory = () => new Memories().of('u-1');
const snapshotOf = (stores: Stores, remembered = memory()) =>
  takeSnapshot(stores, bluegreen, {
    configs: { ConfigMap: configMapSource(stores.configMaps) },
    memory: remembered,
    measurements: [],
    now: 0,
  });
const labels = { 'relevo.dev/bluegreen': 'users' };

describe('takeSnapshot', () => {
  test('of an empty namespace says what is missing', () => {
    const snapshot = snapshotOf(createStores());
    expect(snapshot.desired.revision).toBeUndefined();
    expect(snapshot.desired.missing).toHaveLength(1);
    expect(snapshot).toMatchObject({
      services: { active: undefined },
      slots: {},
      endpoints: [],
      records: [],
      copies: [],
    });
  });

  test('takes only what belongs to the BlueGreen', () => {
    const stores = createStores();
    stores.configMaps.assume(viewConfigMap({ metadata: identity('settings'), data: { a: 'b' } }, undefined, 0));
    stores.configMaps.assume(viewConfigMap({ metadata: identity('settings', 'other') }, undefined, 0));
    const copy = (name: string, uid: string) => ({
      ...identity(name),
      labels: { 'relevo.dev/copy-of': 'settings' },
      ownerReferences: [owner(uid)],
    });
    for (const metadata of [copy('settings-1', 'u-1'), copy('settings-2', 'u-2')]) {
      stores.configMaps.assume(viewConfigMap({ metadata }, undefined, 0));
    }
    stores.services.assume(viewService({ metadata: identity('users') }));
    for (const [name, uid] of [
      ['users-1', 'u-1'],
      ['users-2', 'u-2'],
    ] as const) {
      const view = viewRecord({ revision: 1, metadata: { ...identity(name), labels, ownerReferences: [owner(uid)] } });
      if (view !== undefined) stores.records.assume(view);
    }
    const snapshot = snapshotOf(stores);
    expect(snapshot.desired.revision).toMatch(/^users-/u);
    expect(snapshot.services.active?.name).toBe('users');
    expect(snapshot.services.preview).toBeUndefined();
    expect(snapshot.copies.map(({ name }) => name)).toEqual(['settings-1']);
    expect(snapshot.records.map(({ revision }) => revision)).toEqual(['users-1']);
  });

  test('a ConfigMap that is being deleted is missing', () => {
    const stores = createStores();
    const metadata = { ...identity('settings'), deletionTimestamp: new Date() };
    stores.configMaps.assume(viewConfigMap({ metadata }, undefined, 0));
    expect(snapshotOf(stores).desired.revision).toBeUndefined();
  });

  test('knows the Deployments of others that were met, until the cache knows better', () => {
    const stores = createStores();
    const remembered = memory();
    const slot = viewSlot({ metadata: { ...identity('users-blue'), labels, ownerReferences: [owner('u-2')] } });
    if (slot === undefined) throw new TypeError('Expected a view');
    remembered.foreign.blue = { ...slot, foreign: true };
    expect(snapshotOf(stores, remembered).slots.blue?.foreign).toBe(true);
    stores.slots.assume({ ...slot, controller: 'u-1' });
    expect(snapshotOf(stores, remembered).slots.blue?.foreign).toBe(false);
  });
});
