import { describe, expect, test } from '@jest/globals';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import * as fc from 'fast-check';
import { findConfigReferences, rewriteConfigReferences } from './references.ts';
import type { ConfigName } from './references.ts';

const everywhere: V1PodTemplateSpec = {
  metadata: { labels: { app: 'users' } },
  spec: {
    initContainers: [{ name: 'migrate', image: 'users', envFrom: [{ configMapRef: { name: 'init' } }] }],
    containers: [
      {
        name: 'users',
        image: 'users',
        env: [
          { name: 'PLAIN', value: 'settings' },
          { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'settings', key: 'greeting' } } },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'settings', key: 'token' } } },
          { name: 'EXTRA', valueFrom: { configMapKeyRef: { name: 'extra', key: 'extra', optional: true } } },
        ],
        envFrom: [{ prefix: 'A_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'settings' } }],
      },
    ],
    imagePullSecrets: [{ name: 'registry' }],
    ephemeralContainers: [{ name: 'debug', image: 'users', envFrom: [{ configMapRef: { name: 'debug' } }] }],
    volumes: [
      { name: 'files', configMap: { name: 'files', optional: true, items: [{ key: 'a', path: 'a' }] } },
      { name: 'secret', secret: { secretName: 'files', optional: true } },
      {
        name: 'all',
        projected: {
          sources: [
            { configMap: { name: 'settings' } },
            { secret: { name: 'settings' } },
            { configMap: { name: 'files' } },
          ],
        },
      },
    ],
  },
};

describe('findConfigReferences', () => {
  test('finds every kind of reference and says where it stands', () => {
    expect(findConfigReferences(everywhere)).toEqual([
      { kind: 'ConfigMap', name: 'init', optional: false, where: 'envFrom of init container migrate' },
      { kind: 'ConfigMap', name: 'settings', optional: false, where: 'env GREETING of container users' },
      { kind: 'Secret', name: 'settings', optional: false, where: 'env TOKEN of container users' },
      { kind: 'ConfigMap', name: 'extra', optional: true, where: 'env EXTRA of container users' },
      { kind: 'ConfigMap', name: 'settings', optional: false, where: 'envFrom of container users' },
      { kind: 'Secret', name: 'settings', optional: false, where: 'envFrom of container users' },
      { kind: 'ConfigMap', name: 'debug', optional: false, where: 'envFrom of ephemeral container debug' },
      { kind: 'ConfigMap', name: 'files', optional: true, where: 'volume files' },
      { kind: 'Secret', name: 'files', optional: true, where: 'volume secret' },
      { kind: 'ConfigMap', name: 'settings', optional: false, where: 'volume all' },
      { kind: 'Secret', name: 'settings', optional: false, where: 'volume all' },
      { kind: 'ConfigMap', name: 'files', optional: false, where: 'volume all' },
    ]);
  });

  test('leaves a template of the wrong shape to the dry run', () => {
    const json = fc.oneof(
      fc.constantFrom('{}', '{"spec":null}', '{"spec":{"containers":"users","volumes":[null,3]}}'),
      fc.json().map((spec) => `{"spec":${spec}}`),
    );
    fc.assert(
      fc.property(json, (text) => {
        const odd: V1PodTemplateSpec = JSON.parse(text);
        expect(rewriteConfigReferences(odd, () => 'copy')).toEqual(odd);
      }),
    );
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const maybe = fc.boolean();
const container = fc.record({
  name,
  image: name,
  env: fc.array(
    fc.oneof(
      fc.record({ name, value: name }),
      fc.record({ name, valueFrom: fc.record({ configMapKeyRef: fc.record({ name, key: name, optional: maybe }) }) }),
      fc.record({ name, valueFrom: fc.record({ secretKeyRef: fc.record({ name, key: name, optional: maybe }) }) }),
    ),
  ),
  envFrom: fc.array(
    fc.oneof(
      fc.record({ configMapRef: fc.record({ name, optional: maybe }) }),
      fc.record({ secretRef: fc.record({ name, optional: maybe }) }),
    ),
  ),
});
const volume = fc.oneof(
  fc.record({ name, configMap: fc.record({ name, optional: maybe }) }),
  fc.record({ name, secret: fc.record({ secretName: name, optional: maybe }) }),
  fc.record({ name, emptyDir: fc.constant({}) }),
  fc.record({
    name,
    projected: fc.record({
      sources: fc.array(
        fc.oneof(
          fc.record({ configMap: fc.record({ name, optional: maybe }) }),
          fc.record({ secret: fc.record({ name, optional: maybe }) }),
        ),
      ),
    }),
  }),
);
const template: fc.Arbitrary<V1PodTemplateSpec> = fc.record({
  metadata: fc.record({ labels: fc.dictionary(name, name) }),
  spec: fc.record({ initContainers: fc.array(container), containers: fc.array(container), volumes: fc.array(volume) }),
});
/** Some names of each kind are those of others in the other kind. */
const copies: Record<ConfigName['kind'], Map<string, string>> = {
  ConfigMap: new Map([
    ['a', 'a-1'],
    ['b', 'b-2'],
    ['c', 'c-3'],
  ]),
  Secret: new Map([
    ['b', 'b-4'],
    ['d', 'd-5'],
  ]),
};
const copyOf = ({ kind, name: original }: ConfigName): string | undefined => copies[kind].get(original);
const originalOf = ({ kind, name: copy }: ConfigName): string | undefined =>
  [...copies[kind]].find(([, made]) => made === copy)?.[0];

describe('rewriteConfigReferences', () => {
  test('makes every reference name the copy, and only those that have one', () => {
    fc.assert(
      fc.property(template, (before) => {
        const after = findConfigReferences(rewriteConfigReferences(before, copyOf));
        const expected = findConfigReferences(before).map(({ kind, name: original, optional, where }) => {
          return { kind, name: copyOf({ kind, name: original }) ?? original, optional, where };
        });
        expect(after).toEqual(expected);
      }),
    );
  });

  test('changes nothing else: renaming back gives the template', () => {
    fc.assert(
      fc.property(template, (before) => {
        expect(rewriteConfigReferences(rewriteConfigReferences(before, copyOf), originalOf)).toEqual(before);
      }),
    );
  });

  test('does not touch the template that it is given', () => {
    fc.assert(
      fc.property(template, (before) => {
        const text = JSON.stringify(before);
        rewriteConfigReferences(before, copyOf);
        expect(JSON.stringify(before)).toBe(text);
      }),
    );
  });
});
