import { expect, test } from '@jest/globals';
import { judgeWorkload } from './judge-workload.ts';
import type { WorkloadView } from './judge-workload.ts';

const whole: WorkloadView = {
  versions: ['new'],
  observed: true,
  paused: false,
  replicas: 2,
  updated: 2,
  ready: 2,
  total: 2,
};
const late = 'ReplicaSet "web-1" has timed out progressing.';

test.each<[string, Partial<WorkloadView>, object]>([
  ['whole with its version', {}, { kind: 'healthy' }],
  ['scaled to zero', { replicas: 0, updated: 0, ready: 0, total: 0 }, { kind: 'healthy' }],
  ['with another version', { versions: ['old'] }, { kind: 'working', limited: true }],
  ['with two versions', { versions: ['new', 'old'] }, { kind: 'working' }],
  ['naming the ConfigMap itself', { versions: ['unpinned'] }, { kind: 'working' }],
  ['not seen by its controller', { observed: false, failure: late }, { kind: 'working' }],
  ['with old pods', { total: 3 }, { kind: 'working', message: '2 of 2 pods updated, 2 ready' }],
  ['not ready', { ready: 1 }, { kind: 'working', message: '2 of 2 pods updated, 1 ready' }],
  ['late', { ready: 1, failure: late }, { kind: 'failed', message: late }],
  ['late once, whole now', { failure: late }, { kind: 'healthy' }],
  ['paused', { updated: 0, paused: true }, { kind: 'working', limited: false }],
])('%s', (_, part, expected) => {
  expect(judgeWorkload({ ...whole, ...part }, 'new')).toMatchObject(expected);
});

test('with the ConfigMap itself it is healthy while its pods are', () => {
  expect(judgeWorkload({ ...whole, versions: ['unpinned'] }, 'unpinned')).toEqual({ kind: 'healthy' });
  expect(judgeWorkload({ ...whole, versions: ['unpinned'], ready: 0 }, 'unpinned').kind).toBe('working');
});
