import { describe, expect, test } from '@jest/globals';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import * as fc from 'fast-check';
import { findConfigReferences } from './references.ts';
import { releasedConfigs, releasedTemplate, revisionOf } from './revision.ts';
import type { KnownConfig } from './revision.ts';

const template = (image = 'users:1'): V1PodTemplateSpec => ({
  spec: {
    containers: [
      {
        name: 'users',
        image,
        env: [{ name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'settings', key: 'greeting' } } }],
        envFrom: [{ configMapRef: { name: 'extra', optional: true } }],
      },
    ],
    volumes: [{ name: 'trust', configMap: { name: 'ca' } }],
  },
});

const known: Record<string, KnownConfig> = {
  settings: { hash: '1111111111', seenAt: 0 },
  extra: { hash: '2222222222', seenAt: 7 },
  ca: { hash: '3333333333', seenAt: 5 },
};
const without = (gone: string): Record<string, KnownConfig> =>
  Object.fromEntries(Object.entries(known).filter(([name]) => name !== gone));
const revise = (configs: Record<string, KnownConfig>, of = template(), exclude: string[] = []) =>
  revisionOf({
    bluegreen: 'users',
    template: of,
    released: { secrets: 'Follow', exclude },
    readsSecrets: false,
    config: ({ kind, name }) => (kind === 'ConfigMap' ? configs[name] : undefined),
  });

const long = (end: string): string => 'x'.repeat(250) + end;
const copyOf = (original: string): string | undefined => {
  const of: V1PodTemplateSpec = { spec: { containers: [], volumes: [{ name: 'v', configMap: { name: original } }] } };
  return revise({ [original]: { hash: '1111111111', seenAt: 0 } }, of).configs[0]?.copy;
};

describe('revisionOf', () => {
  test('names the revision after the BlueGreen and each copy after its original', () => {
    const { revision, configs, missing, configChangedAt } = revise(known);
    expect(revision).toMatch(/^users-[0-9a-f]{10}$/u);
    expect(configs).toEqual([
      { kind: 'ConfigMap', original: 'settings', copy: 'settings-1111111111', exists: true },
      { kind: 'ConfigMap', original: 'extra', copy: 'extra-2222222222', exists: true },
      { kind: 'ConfigMap', original: 'ca', copy: 'ca-3333333333', exists: true },
    ]);
    expect(missing).toEqual([]);
    expect(configChangedAt).toBe(7);
  });

  test('any change of template or content is another revision', () => {
    const names = [
      revise(known),
      revise(known, template('users:2')),
      ...Object.keys(known).map((name) => revise({ ...known, [name]: { hash: '4444444444', seenAt: 0 } })),
      revise(without('extra')),
      revise(known, template(), ['ca']),
    ].map(({ revision }) => revision);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain(undefined);
  });

  test('when a content was seen, and ConfigMaps that nobody names, make no difference', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (other, seenAt) => {
        const later = Object.fromEntries(Object.entries(known).map(([name, config]) => [name, { ...config, seenAt }]));
        expect(revise({ ...later, unrelated: { hash: other, seenAt } }).revision).toBe(revise(known).revision);
      }),
    );
  });

  test('an optional ConfigMap that is missing has a copy that is never made', () => {
    const { revision, configs, missing } = revise(without('extra'));
    expect(revision).toBeDefined();
    expect(missing).toEqual([]);
    expect(configs).toContainEqual({ kind: 'ConfigMap', original: 'extra', copy: 'extra-absent', exists: false });
  });

  test('a ConfigMap that must exist and does not is named with its place', () => {
    const { revision, missing, missingReason } = revise({});
    expect(revision).toBeUndefined();
    expect(missingReason).toBe('ConfigMapMissing');
    expect(missing).toEqual([
      'ConfigMap settings does not exist; it is needed by env GREETING of container users',
      'ConfigMap ca does not exist; it is needed by volume trust',
    ]);
  });

  test('an excluded ConfigMap is not followed and need not exist', () => {
    const { revision, configs, missing } = revise({ settings: { hash: '1111111111', seenAt: 0 } }, template(), ['ca']);
    expect(revision).toBeDefined();
    expect(missing).toEqual([]);
    expect(configs.map(({ original }) => original)).toEqual(['settings', 'extra']);
  });

  test('the name of a copy is never longer than a name may be', () => {
    expect(copyOf(long('a'))?.length).toBeLessThanOrEqual(253);
    expect(copyOf(long('a'))).not.toBe(copyOf(long('b')));
  });
});

describe('releasedTemplate', () => {
  test('names the copies and leaves excluded ConfigMaps as they are', () => {
    const { configs } = revise(known, template(), ['ca']);
    const names = findConfigReferences(releasedTemplate(template(), configs)).map(({ name }) => name);
    expect(names).toEqual(['settings-1111111111', 'extra-2222222222', 'ca']);
  });
});

describe('releasedConfigs', () => {
  test('lists each name once', () => {
    const twice = template();
    twice.spec?.volumes?.push({ name: 'again', configMap: { name: 'settings' } });
    expect(releasedConfigs(twice, { secrets: 'Pin', exclude: ['extra'] })).toEqual([
      { kind: 'ConfigMap', name: 'settings' },
      { kind: 'ConfigMap', name: 'ca' },
    ]);
  });
});
