import { describe, expect, test } from '@jest/globals';
import type { BlueGreenSpec, BlueGreenStatus, Decision } from '../../api/bluegreen.ts';
import type { ConfigRolloutStatus } from '../../api/configrollout.ts';
import { configMapSource } from '../config-sources.ts';
import { desiredOf } from '../desired.ts';
import { specWith } from '../spec.fixture.ts';
import { createStores } from '../stores.ts';
import type { CachedBlueGreen } from '../views/blue-green.ts';
import { viewConfigMap } from '../views/config-map.ts';
import type { CachedRollout } from '../views/config-rollout.ts';
import { viewRecord } from '../views/record.ts';
import { governorOf, heldVersion, versionFor } from './governor.ts';

const OLD = '0123456789';
const NEW = 'abcdef0123';

const identity = (name: string) => ({ namespace: 'shop', name, uid: name, resourceVersion: '5' });

const served = (active: string): BlueGreenStatus => ({
  observedGeneration: 1,
  active,
  target: active,
  slots: {},
  step: { name: 'Stable', since: '2026-01-01T00:00:00.000Z' },
  conditions: [],
  history: [],
  replicas: 1,
  selector: '',
});

const blueGreen = (part: Partial<CachedBlueGreen> = {}, spec: Partial<BlueGreenSpec> = {}): CachedBlueGreen => ({
  ...identity('web'),
  labels: { team: 'a' },
  generation: 1,
  deleting: false,
  spec: { ...specWith({ configMap: 'shared', active: 'web' }), ...spec },
  status: served('web-1'),
  ...part,
});

const rollout = (part: Partial<CachedRollout> = {}, granted: ConfigRolloutStatus['granted'] = []): CachedRollout => ({
  ...identity('r'),
  createdAt: '2026-01-01T00:00:00Z',
  generation: 1,
  deleting: false,
  spec: {
    source: { configMap: 'shared', quietSeconds: 1 },
    consumers: { selector: { matchLabels: { team: 'a' } } },
    waves: { maxConcurrent: 1, soakSeconds: 0 },
    onFailure: 'Pause',
    progressDeadlineSeconds: 600,
    paused: false,
  },
  status: {
    observedGeneration: 1,
    current: OLD,
    granted,
    step: { name: 'Stable', since: '2026-01-01T00:00:00.000Z' },
    consumers: { total: 1, updated: 1, atWork: 0 },
    conditions: [],
    history: [],
  },
  ...part,
});

/** A namespace in which the releases web-1 and web-2 are on record with these copies. */
const storesWith = (records: Record<string, string[]>, rollouts: CachedRollout[] = []) => {
  const stores = createStores();
  for (const [name, copies] of Object.entries(records)) {
    const metadata = { ...identity(name), labels: { 'relevo.dev/bluegreen': 'web' } };
    const view = viewRecord({ metadata, revision: 1, data: { copies } });
    if (view !== undefined) stores.records.assume(view);
  }
  for (const one of rollouts) stores.configRollouts.assume(one);
  return stores;
};

describe('governorOf', () => {
  test('is the oldest rollout of the ConfigMap, where it selects the BlueGreen', () => {
    const younger = rollout({ ...identity('a'), createdAt: '2026-02-01T00:00:00Z' });
    const stores = storesWith({}, [younger, rollout()]);
    expect(governorOf(stores, blueGreen(), 'shared')?.name).toBe('r');
    expect(governorOf(stores, blueGreen(), 'other')).toBeUndefined();
    expect(governorOf(stores, blueGreen({ labels: { team: 'b' } }), 'shared')).toBeUndefined();
    expect(governorOf(stores, blueGreen({ namespace: 'other' }), 'shared')).toBeUndefined();
  });
});

describe('heldVersion', () => {
  test('is that of the release that serves', () => {
    expect(heldVersion(storesWith({ 'web-1': [`shared-${OLD}`] }), blueGreen(), 'shared')).toBe(OLD);
    expect(heldVersion(storesWith({ 'web-1': [`shared-more-${OLD}`] }), blueGreen(), 'shared')).toBeUndefined();
    expect(heldVersion(storesWith({}), blueGreen({ status: undefined }), 'shared')).toBeUndefined();
  });

  test('is not changed by a Rollback, or the decision would end by itself', () => {
    const decision: Decision = { revision: 'web-2', action: 'Rollback' };
    const stores = storesWith({ 'web-1': [`shared-${OLD}`], 'web-2': [`shared-${NEW}`] });
    expect(heldVersion(stores, blueGreen({}, { decision }), 'shared')).toBe(NEW);
  });

  test('is none where an optional ConfigMap was missing', () => {
    const container = { name: 'app', envFrom: [{ configMapRef: { name: 'shared', optional: true } }] };
    const optional = blueGreen({}, { template: { spec: { containers: [container] } } });
    expect(heldVersion(storesWith({ 'web-1': [] }), optional, 'shared')).toBe('absent');
    expect(heldVersion(storesWith({ 'web-1': [] }), blueGreen(), 'shared')).toBeUndefined();
  });
});

describe('versionFor', () => {
  const stores = storesWith({ 'web-1': [`shared-${OLD}`] });

  test('is what was granted, or else what it has, or else what all have', () => {
    const granted = rollout({}, [{ version: NEW, consumers: ['BlueGreen/web'] }]);
    expect(versionFor(stores, granted, blueGreen(), 'shared')).toBe(NEW);
    expect(versionFor(stores, rollout(), blueGreen(), 'shared')).toBe(OLD);
    const news = blueGreen({ name: 'new', status: undefined });
    expect(versionFor(stores, rollout(), news, 'shared')).toBe(OLD);
    expect(versionFor(stores, rollout({ status: undefined }), news, 'shared')).toBeUndefined();
  });
});

const desire = (rollouts: CachedRollout[]) => {
  const stores = storesWith({ 'web-1': [`shared-${OLD}`] }, rollouts);
  const shared = viewConfigMap({ metadata: identity('shared'), data: { now: 'this' } }, undefined, 7);
  stores.configMaps.assume(shared);
  return {
    present: shared.hash,
    ...desiredOf(stores, { ConfigMap: configMapSource(stores.configMaps) }, blueGreen()),
  };
};

describe('desiredOf', () => {
  test('without a rollout it is the present content', () => {
    const { present, configs, configChangedAt, heldBack } = desire([]);
    expect(configs).toMatchObject([{ copy: `shared-${present}` }]);
    expect(configChangedAt).toBe(7);
    expect(heldBack).toBeUndefined();
  });

  test('with a rollout it is the granted version, and what is held back is told', () => {
    const { configs, configChangedAt, heldBack } = desire([rollout()]);
    expect(configs).toMatchObject([{ copy: `shared-${OLD}`, exists: true }]);
    expect(configChangedAt).toBe(0);
    expect(heldBack).toEqual(['ConfigRollout r has not granted the present content of ConfigMap shared yet']);
  });

  test('granted the present content, it is the same revision as without a rollout', () => {
    const { present, revision } = desire([]);
    const same = desire([rollout({}, [{ version: present, consumers: ['BlueGreen/web'] }])]);
    expect(same.revision).toBe(revision);
    expect(same.heldBack).toBeUndefined();
  });
});
