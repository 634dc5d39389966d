import { describe, expect, test } from '@jest/globals';
import { contentHash } from '../../api/hash.ts';
import { configCopy } from './config-copy.ts';

const owner = { namespace: 'shop', name: 'users', uid: 'u-1' };

const label = (original: string) => configCopy(owner, original, 'copy', {}).metadata?.labels?.['relevo.dev/copy-of'];

describe('configCopy', () => {
  test('holds the same bytes, for ever', () => {
    const content = { data: { greeting: 'hello' }, binaryData: { logo: 'iVBORw==' } };
    const copy = configCopy(owner, 'settings', 'settings-0123456789', content);
    expect(copy).toMatchObject({ ...content, immutable: true });
    expect(contentHash(copy)).toBe(contentHash(content));
  });

  test('is one of several things that the BlueGreen shares, not its own', () => {
    const { metadata } = configCopy(owner, 'settings', 'settings-0123456789', {});
    expect(metadata?.labels).toEqual({ 'relevo.dev/copy-of': 'settings' });
    expect(metadata?.ownerReferences).toEqual([
      { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users', uid: 'u-1' },
    ]);
  });

  test('has a valid label even for a name that is longer than a label', () => {
    expect(label('x'.repeat(100))).toHaveLength(63);
    expect(label(`${'x'.repeat(100)}a`)).not.toBe(label(`${'x'.repeat(100)}b`));
  });
});
