import { expect, test } from '@jest/globals';
import { apiVersionOf, resourcePath } from './resource.ts';

const services = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true };
const nodes = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };
const bluegreens = {
  group: 'relevo.dev',
  version: 'v1beta1',
  plural: 'bluegreens',
  kind: 'BlueGreen',
  namespaced: true,
};

test.each([
  [services, {}, '/api/v1/services'],
  [services, { namespace: 'a' }, '/api/v1/namespaces/a/services'],
  [services, { namespace: 'a', name: 'b' }, '/api/v1/namespaces/a/services/b'],
  [
    bluegreens,
    { namespace: 'a', name: 'b', subresource: 'status' },
    '/apis/relevo.dev/v1beta1/namespaces/a/bluegreens/b/status',
  ],
  [nodes, { namespace: '', name: 'n' }, '/api/v1/nodes/n'],
])('addresses %j at %j', (resource, at, path) => {
  expect(resourcePath(resource, at)).toBe(path);
});

test('names the apiVersion of objects', () => {
  expect(apiVersionOf(services)).toBe('v1');
  expect(apiVersionOf(bluegreens)).toBe('relevo.dev/v1beta1');
});
