import { describe, expect, test } from '@jest/globals';
import { viewConfigMap } from './config-map.ts';

const configMap = (greeting: string, labels = {}) => ({ metadata: { name: 'settings', labels }, data: { greeting } });

describe('viewConfigMap', () => {
  test('remembers when a content was first seen, not when its metadata changed', () => {
    const first = viewConfigMap(configMap('hello'), undefined, 0);
    expect(first.seenAt).toBe(0);
    expect(viewConfigMap(configMap('hello', { team: 'shop' }), first, 500)).toMatchObject({
      seenAt: 0,
      hash: first.hash,
    });
    expect(viewConfigMap(configMap('hola'), first, 500).seenAt).toBe(500);
  });

  test('holds no content', () => {
    expect(JSON.stringify(viewConfigMap(configMap('hello'), undefined, 0))).not.toContain('hello');
  });

  test('knows a copy and its owners', () => {
    const owner = { apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', name: 'users', uid: 'u-1' };
    const copy = { metadata: { labels: { 'relevo.dev/copy-of': 'settings' }, ownerReferences: [owner] } };
    expect(viewConfigMap(copy, undefined, 0)).toMatchObject({ isCopy: true, owners: [{ uid: 'u-1', name: 'users' }] });
  });
});
