import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson, contentHash, secretContentHash, shortHash } from './hash.ts';

/** The same value with the keys of all its objects in the opposite order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(reversed);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, field]) => [key, reversed(field)]),
      )
    : value;
};

describe('canonicalJson', () => {
  test('is JSON with sorted keys', () => {
    expect(canonicalJson({ b: [1, 'x', { d: true, c: 2 }], a: 'é"' })).toBe(
      '{"a":"é\\"","b":[1,"x",{"c":2,"d":true}]}',
    );
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('reads back as the value', () => {
    const value = fc.jsonValue().filter((candidate) => !JSON.stringify(candidate).includes('null'));
    fc.assert(
      fc.property(value, (candidate) => {
        expect(JSON.parse(canonicalJson(candidate))).toEqual(JSON.parse(JSON.stringify(candidate)));
      }),
    );
  });

  test('leaves out what is not set, as Kubernetes does', () => {
    expect(canonicalJson({ metadata: { creationTimestamp: null }, spec: undefined })).toBe('{"metadata":{}}');
  });
});

describe('shortHash', () => {
  test('stays the same from release to release of Relevo', () => {
    // Another value here would roll every pod of every BlueGreen when the operator is upgraded.
    expect(shortHash({ b: 1, a: ['x', null, true] })).toBe('8ceb0641e6');
  });
});

describe('contentHash', () => {
  const content = fc.record({
    data: fc.dictionary(fc.string(), fc.string()),
    binaryData: fc.dictionary(fc.string(), fc.base64String()),
  });

  test('differs whenever the content differs', () => {
    fc.assert(
      fc.property(content, content, (left, right) => {
        expect(contentHash(left) === contentHash(right)).toBe(canonicalJson(left) === canonicalJson(right));
      }),
    );
  });

  test('tells data from binaryData', () => {
    expect(contentHash({ data: { key: 'YQ==' } })).not.toBe(contentHash({ binaryData: { key: 'YQ==' } }));
  });

  test('of nothing is the same however nothing is written', () => {
    expect(contentHash({})).toBe(contentHash({ data: {}, binaryData: {} }));
  });
});

describe('secretContentHash', () => {
  const key = Buffer.alloc(32, 1);
  const content = { data: { password: 'c2VzYW1l', user: 'YW5u' } };
  const hash = secretContentHash(key, 'shop/db', content);

  test('says whether the content is the same', () => {
    expect(hash).toMatch(/^[0-9a-f]{10}$/u);
    expect(secretContentHash(key, 'shop/db', { data: { user: 'YW5u', password: 'c2VzYW1l' } })).toBe(hash);
    expect(secretContentHash(key, 'shop/db', { data: { ...content.data, user: 'Ym9i' } })).not.toBe(hash);
  });

  test('says nothing to those without the key, nor that two Secrets are equal', () => {
    const others = [
      contentHash(content),
      secretContentHash(Buffer.alloc(32, 2), 'shop/db', content),
      secretContentHash(key, 'shop/db-2', content),
      secretContentHash(key, 'stage/db', content),
    ];
    expect(others).not.toContain(hash);
  });
});
