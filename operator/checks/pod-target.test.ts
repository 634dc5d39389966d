import { expect, test } from '@jest/globals';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { podAt } from './checks.fixture.ts';
import { targetsOf } from './pod-target.ts';

const withContainers = (...containers: V1Container[]): V1Pod => ({ ...podAt('a', 1), spec: { containers } });

const portOf = (pod: V1Pod, port?: number | string): number | undefined => targetsOf([pod], port).targets[0]?.port;

test('the port is the one that is written, else the one named http, else the first', () => {
  const metrics = { name: 'metrics', containerPort: 9090 };
  const http = { name: 'http', containerPort: 8080 };
  const pod = withContainers({ name: 'proxy', ports: [metrics] }, { name: 'web', ports: [http] });
  expect(portOf(pod, 7000)).toBe(7000);
  expect(portOf(pod, 'metrics')).toBe(9090);
  expect(portOf(pod)).toBe(8080);
  expect(portOf(withContainers({ name: 'web' }, { name: 'proxy', ports: [metrics] }))).toBe(9090);
  expect(portOf(pod, 'none')).toBeUndefined();
});

test('a sidecar has ports too, another init container has not', () => {
  const ports = [{ name: 'http', containerPort: 8080 }];
  const base = podAt('a', 1);
  const pod = (restartPolicy?: string): V1Pod => {
    const init = { name: 'proxy', ports, ...(restartPolicy === undefined ? {} : { restartPolicy }) };
    return { ...base, spec: { containers: [{ name: 'web' }], initContainers: [init] } };
  };
  expect(portOf(pod('Always'))).toBe(8080);
  expect(portOf(pod())).toBeUndefined();
});

test('pods that end are left out, pods that are not ready or have no address yet are named', () => {
  const ending: V1Pod = { ...podAt('ending', 1), metadata: { name: 'ending', deletionTimestamp: new Date(0) } };
  const finished: V1Pod = { ...podAt('finished', 1), status: { phase: 'Succeeded' } };
  const starting: V1Pod = { ...podAt('starting', 1), status: {} };
  const found = targetsOf([podAt('z', 1), starting, ending, finished, podAt('y', 1, { ready: false })], 80);
  expect(found).toEqual({
    targets: [{ name: 'z', address: '127.0.0.1', port: 80 }],
    unready: ['starting', 'y'],
    without: [],
  });
});
