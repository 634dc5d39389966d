import { describe, expect, test } from '@jest/globals';
import { contentHash } from '../../api/hash.ts';
import type { ConfigContent } from '../../api/hash.ts';
import type { ConfigKind } from '../../api/references.ts';
import { configCopy } from './config-copy.ts';

const owner = { namespace: 'shop', name: 'users', uid: 'u-1' };

const copyOf = (kind: ConfigKind, content: ConfigContent, original = 'settings') =>
  configCopy(owner, { kind, original, copy: `${original}-0123456789`, content });

const label = (original: string) => copyOf('ConfigMap', {}, original).metadata.labels?.['relevo.dev/copy-of'];

describe('configCopy', () => {
  test('holds the same bytes, for ever', () => {
    const content = { data: { greeting: 'hello' }, binaryData: { logo: 'iVBORw==' } };
    const copy = copyOf('ConfigMap', content);
    expect(copy).toMatchObject({ kind: 'ConfigMap', ...content, immutable: true });
    expect(contentHash(copy)).toBe(contentHash(content));
  });

  test('is one of several things that the BlueGreen shares, not its own', () => {
    const { metadata } = copyOf('ConfigMap', {});
    expect(metadata.labels).toEqual({ 'relevo.dev/copy-of': 'settings' });
    expect(metadata.ownerReferences).toEqual([
      { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users', uid: 'u-1' },
    ]);
  });

  test('of a Secret has no type that would ask for more than content', () => {
    const copy = copyOf('Secret', { data: { token: 'dG9rZW4=' } });
    expect(copy).toMatchObject({ kind: 'Secret', type: 'Opaque', data: { token: 'dG9rZW4=' }, immutable: true });
  });

  test('has a valid label even for a name that is longer than a label', () => {
    expect(label('x'.repeat(100))).toHaveLength(63);
    expect(label(`${'x'.repeat(100)}a`)).not.toBe(label(`${'x'.repeat(100)}b`));
  });
});
