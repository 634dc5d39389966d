import { describe, expect, test } from '@jest/globals';
import { endpointsOf, viewEndpointSlice } from './endpoint-slice.ts';

const endpoint = (pod: string, ready?: boolean) => ({
  addresses: ['10.0.0.1'],
  targetRef: { kind: 'Pod', name: pod },
  conditions: ready === undefined ? {} : { ready },
});
const slice = (...endpoints: ReturnType<typeof endpoint>[]) => ({
  addressType: 'IPv4',
  metadata: { namespace: 'shop', name: 'users-x1', labels: { 'kubernetes.io/service-name': 'users' } },
  endpoints,
});
const view = (...endpoints: ReturnType<typeof endpoint>[]) => {
  const made = viewEndpointSlice(slice(...endpoints));
  if (made === undefined) throw new TypeError('Expected a view');
  return made;
};

describe('viewEndpointSlice', () => {
  test('has no endpoints when the server sends null', () => {
    expect(viewEndpointSlice(JSON.parse(JSON.stringify({ ...slice(), endpoints: null })))?.endpoints).toEqual([]);
  });

  test('is left out when it belongs to no Service', () => {
    expect(viewEndpointSlice({ addressType: 'IPv4', endpoints: [], metadata: {} })).toBeUndefined();
  });
});

describe('endpointsOf', () => {
  test('tells the slots by the names of their pods', () => {
    const slices = [
      view(endpoint('users-blue-7656fcdfd5-846sq'), endpoint('users-green-7ccd56d4b7-h5r2b', false)),
      view(endpoint('users-cache-0', true)),
    ];
    expect(endpointsOf(slices, 'users')).toEqual([
      { slot: 'blue', ready: true },
      { slot: 'green', ready: false },
      { slot: 'other', ready: true },
    ]);
  });

  test('does not take the pods of a BlueGreen with a longer name for its own', () => {
    expect(endpointsOf([view(endpoint('users-blue-green-7656fcdfd5-846sq'))], 'users')).toEqual([
      { slot: 'other', ready: true },
    ]);
  });
});
