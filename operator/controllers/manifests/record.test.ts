import { describe, expect, test } from '@jest/globals';
import { viewRecord } from '../views/record.ts';
import { releaseRecord } from './record.ts';

describe('releaseRecord', () => {
  const record = releaseRecord(
    { namespace: 'shop', name: 'users', uid: 'u-1' },
    {
      revision: 'users-0123456789',
      number: 4,
      resourceVersion: '1',
      template: {
        spec: {
          containers: [
            {
              name: 'users',
              envFrom: [{ configMapRef: { name: 'settings' } }, { configMapRef: { name: 'extra', optional: true } }],
            },
          ],
        },
      },
      configs: [
        { kind: 'ConfigMap', original: 'settings', copy: 'settings-1111111111', exists: true },
        { kind: 'ConfigMap', original: 'extra', copy: 'extra-absent', exists: false },
      ],
    },
  );

  test('holds the template as the pods get it', () => {
    const names = record.data?.template?.spec?.containers[0]?.envFrom?.map(({ configMapRef }) => configMapRef?.name);
    expect(names).toEqual(['settings-1111111111', 'extra-absent']);
  });

  test('is seen as a release with the copies that must be kept', () => {
    const { metadata, ...rest } = record;
    const stored = { ...rest, metadata: Object.assign({}, metadata, { uid: 'r-1', resourceVersion: '9' }) };
    expect(viewRecord(stored)).toEqual({
      namespace: 'shop',
      name: 'users-0123456789',
      uid: 'r-1',
      resourceVersion: '9',
      bluegreen: 'users',
      controller: 'u-1',
      revision: 'users-0123456789',
      number: 4,
      copies: ['settings-1111111111'],
    });
  });
});
