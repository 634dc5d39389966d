import { describe, expect, test } from '@jest/globals';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { SecretsMode } from './bluegreen.ts';
import { findConfigReferences } from './references.ts';
import { releasedConfigs, releasedTemplate, revisionOf } from './revision.ts';
import type { KnownConfig } from './revision.ts';

const template: V1PodTemplateSpec = {
  spec: {
    containers: [
      {
        name: 'users',
        env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
        // A ConfigMap and a Secret may have one name.
        envFrom: [{ configMapRef: { name: 'db' } }, { secretRef: { name: 'extra', optional: true } }],
      },
    ],
  },
};
const db = (hash: string, seenAt = 0): Record<string, KnownConfig> => ({
  'ConfigMap/db': { hash: '1111111111', seenAt: 0 },
  'Secret/db': { hash, seenAt },
});

interface Case {
  secrets: SecretsMode;
  known?: Record<string, KnownConfig>;
  exclude?: string[];
  readsSecrets?: boolean;
  of?: V1PodTemplateSpec;
}

const revise = ({ secrets, known = db('2222222222'), exclude = [], readsSecrets = true, of = template }: Case) =>
  revisionOf({
    bluegreen: 'users',
    template: of,
    released: { secrets, exclude },
    readsSecrets,
    config: ({ kind, name }) => known[`${kind}/${name}`],
  });

/** The names that the pods get. */
const names = (secrets: SecretsMode) =>
  findConfigReferences(releasedTemplate(template, revise({ secrets }).configs)).map(({ name }) => name);

const kinds = (secrets: SecretsMode) => releasedConfigs(template, { secrets, exclude: [] }).map(({ kind }) => kind);

describe('revisionOf, with Secrets', () => {
  test('Follow: nothing about them is part of the revision, and none is needed', () => {
    const { revision, configs } = revise({ secrets: 'Follow', readsSecrets: false });
    expect(revision).toBe(revise({ secrets: 'Follow', known: db('3333333333', 9) }).revision);
    expect(configs).toEqual([{ kind: 'ConfigMap', original: 'db', copy: 'db-1111111111', exists: true }]);
    expect(revise({ secrets: 'Follow', known: db('3333333333', 9) }).configChangedAt).toBe(0);
  });

  test('Restart: a change is another revision, and nothing is copied', () => {
    const { revision, configs } = revise({ secrets: 'Restart' });
    expect(revise({ secrets: 'Restart', known: db('3333333333') }).revision).not.toBe(revision);
    expect(configs.map(({ kind }) => kind)).toEqual(['ConfigMap']);
    expect(revise({ secrets: 'Restart', known: db('3333333333', 9) }).configChangedAt).toBe(9);
  });

  test('Pin: a change is another revision with another copy', () => {
    const { revision, configs } = revise({ secrets: 'Pin' });
    expect(revise({ secrets: 'Pin', known: db('3333333333') }).revision).not.toBe(revision);
    expect(configs).toEqual([
      { kind: 'Secret', original: 'db', copy: 'db-2222222222', exists: true },
      { kind: 'ConfigMap', original: 'db', copy: 'db-1111111111', exists: true },
      { kind: 'Secret', original: 'extra', copy: 'extra-absent', exists: false },
    ]);
  });

  test('the mode is part of the revision, because the pods differ; not of a template without Secrets', () => {
    const modes = (['Follow', 'Restart', 'Pin'] as const).map((secrets) => ({ secrets }));
    expect(new Set(modes.map((mode) => revise(mode).revision)).size).toBe(3);
    const of: V1PodTemplateSpec = { spec: { containers: [{ name: 'users' }] } };
    expect(new Set(modes.map((mode) => revise({ ...mode, of }).revision)).size).toBe(1);
  });

  test('an optional Secret that appears is another revision', () => {
    const known = { ...db('2222222222'), 'Secret/extra': { hash: '4444444444', seenAt: 0 } };
    expect(revise({ secrets: 'Restart', known }).revision).not.toBe(revise({ secrets: 'Restart' }).revision);
  });

  test('a Secret that must exist and does not is named with its place', () => {
    const known = { 'ConfigMap/db': { hash: '1111111111', seenAt: 0 } };
    expect(revise({ secrets: 'Restart', known })).toMatchObject({
      missing: ['Secret db does not exist; it is needed by env PASSWORD of container users'],
      missingReason: 'SecretMissing',
    });
    expect(revise({ secrets: 'Follow', known }).revision).toBeDefined();
  });

  test('an excluded Secret is not followed and need not exist', () => {
    const { revision, configs } = revise({ secrets: 'Pin', known: {}, exclude: ['db', 'extra'] });
    expect(revision).toBeDefined();
    expect(configs).toEqual([]);
  });

  test.each(['Restart', 'Pin'] as const)('%s without access to Secrets says what to do', (secrets) => {
    const { revision, missing, missingReason } = revise({ secrets, readsSecrets: false });
    expect(revision).toBeUndefined();
    expect(missingReason).toBe('SecretsNotAllowed');
    expect(missing[0]).toBe(
      `config.secrets is ${secrets}, and the operator may not read Secret db, which env PASSWORD of container users needs: ` +
        "install the operator's chart with secrets.access=true, or write Follow",
    );
    const of: V1PodTemplateSpec = { spec: { containers: [{ name: 'users' }] } };
    expect(revise({ secrets, readsSecrets: false, of }).revision).toBeDefined();
  });
});

describe('releasedTemplate, with Secrets', () => {
  test('renames each kind for itself', () => {
    expect(names('Restart')).toEqual(['db', 'db-1111111111', 'extra']);
    expect(names('Pin')).toEqual(['db-2222222222', 'db-1111111111', 'extra-absent']);
  });
});

describe('releasedConfigs, with Secrets', () => {
  test('names those that a release depends on', () => {
    expect(kinds('Follow')).toEqual(['ConfigMap']);
    expect(kinds('Restart')).toEqual(['Secret', 'ConfigMap', 'Secret']);
    expect(kinds('Pin')).toEqual(['Secret', 'ConfigMap', 'Secret']);
  });
});
