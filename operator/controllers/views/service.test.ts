import { describe, expect, test } from '@jest/globals';
import { viewService } from './service.ts';

const entry = (manager: string, time: string, fieldsV1: object) => ({ manager, time: new Date(time), fieldsV1 });

describe('viewService', () => {
  test('keeps selector and fence', () => {
    const metadata = {
      namespace: 'shop',
      name: 'users',
      resourceVersion: '3',
      annotations: { 'relevo.dev/fence': '4' },
    };
    expect(viewService({ metadata, spec: { selector: { a: 'b' } } })).toMatchObject({
      name: 'users',
      resourceVersion: '3',
      selector: { a: 'b' },
      fence: '4',
    });
    expect(viewService({ metadata, spec: {} }).selector).toEqual({});
  });

  test('names who last wrote the selector', () => {
    const managedFields = [
      entry('relevo-operator', '2026-01-01T10:00:00Z', { 'f:spec': { 'f:selector': {} } }),
      entry('kubectl-edit', '2026-01-01T11:00:00Z', { 'f:spec': { 'f:selector': {} } }),
      entry('helm', '2026-01-01T12:00:00Z', { 'f:spec': { 'f:ports': {} } }),
    ];
    expect(viewService({ metadata: { name: 'users', managedFields } }).selectorManager).toBe('kubectl-edit');
    expect(viewService({ metadata: { name: 'users' } }).selectorManager).toBeUndefined();
  });
});
