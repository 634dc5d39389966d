import { describe, expect, test } from '@jest/globals';
import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { troubledPods } from './pod-trouble.ts';

const pod = (status: V1PodStatus): V1Pod => ({ metadata: { name: 'users-blue-1' }, status });
const container = (status: Partial<Pick<V1ContainerStatus, 'name' | 'state' | 'lastState'>>): V1ContainerStatus => ({
  name: 'users',
  image: 'users:1',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...status,
});
const troubleOf = (status: V1PodStatus): string | undefined => troubledPods([pod(status)], 'blue')[0]?.trouble;

describe('troubledPods', () => {
  test('leaves out pods that are ready and pods that go', () => {
    const ready = pod({ conditions: [{ type: 'Ready', status: 'True' }] });
    const going: V1Pod = { metadata: { name: 'users-blue-2', deletionTimestamp: new Date() } };
    expect(troubledPods([ready, going, pod({})], 'blue')).toEqual([
      { name: 'users-blue-1', slot: 'blue', trouble: 'it has not been started' },
    ]);
  });

  test.each<[string, V1PodStatus]>([
    [
      'container users is in CrashLoopBackOff (exit code 1)',
      {
        containerStatuses: [
          container({
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          }),
        ],
      },
    ],
    [
      'container users is in CrashLoopBackOff (exit code 1): PAGE_SIZE: expected a whole number, found "many"',
      {
        containerStatuses: [
          container({
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: {
              terminated: {
                exitCode: 1,
                message:
                  'The configuration has 1 bad value:\n  PAGE_SIZE: expected a whole number, found "many"\n{"level":"fatal"}\n',
              },
            },
          }),
        ],
      },
    ],
    [
      'container users is in CrashLoopBackOff (exit code 137, OOMKilled)',
      {
        containerStatuses: [
          container({
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          }),
        ],
      },
    ],
    [
      'container users is in ErrImagePull: no such image',
      {
        containerStatuses: [container({ state: { waiting: { reason: 'ErrImagePull', message: 'no such\n image' } } })],
      },
    ],
    [
      'init container migrate has ended (exit code 2)',
      {
        initContainerStatuses: [container({ name: 'migrate', state: { terminated: { exitCode: 2 } } })],
        containerStatuses: [container({ state: { waiting: { reason: 'PodInitializing' } } })],
      },
    ],
    [
      'init container migrate is running',
      {
        initContainerStatuses: [container({ name: 'migrate', state: { running: {} } })],
        containerStatuses: [container({ state: { waiting: { reason: 'PodInitializing' } } })],
      },
    ],
    [
      'container users is being created',
      {
        initContainerStatuses: [container({ name: 'migrate', state: { terminated: { exitCode: 0 } } })],
        containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })],
      },
    ],
    ['container users runs but is not ready', { containerStatuses: [container({ state: { running: {} } })] }],
    [
      'container users runs but is not ready (restarted after exit code 1)',
      { containerStatuses: [container({ state: { running: {} }, lastState: { terminated: { exitCode: 1 } } })] },
    ],
    [
      'it cannot be scheduled: 0/1 nodes are available',
      { conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] },
    ],
    ['Evicted: the node was low on memory', { reason: 'Evicted', message: 'the node was low on memory' }],
  ])('%s', (expected, status) => {
    expect(troubleOf(status)).toBe(expected);
  });

  test('shortens a page to a clause', () => {
    const message = 'x'.repeat(5000);
    const trouble = troubleOf({
      containerStatuses: [container({ state: { waiting: { reason: 'ErrImagePull', message } } })],
    });
    expect(trouble?.length).toBeLessThan(250);
    expect(trouble).toMatch(/x…$/u);
  });

  test('says that a pod has not come as far as its containers, and which Secrets it mounts', () => {
    const waiting = { waiting: { reason: 'ContainerCreating' } };
    const found: V1Pod = {
      metadata: { name: 'users-blue-1' },
      spec: {
        containers: [],
        volumes: [
          { name: 'a', secret: { secretName: 'keys' } },
          { name: 'b', secret: { secretName: 'perhaps', optional: true } },
        ],
      },
      status: {
        conditions: [{ type: 'PodReadyToStartContainers', status: 'False' }],
        containerStatuses: [container({ state: waiting })],
      },
    };
    expect(troubledPods([found], 'blue')[0]?.trouble).toBe(
      'container users is being created; its volumes or its network are not ready (it mounts Secret keys)',
    );
  });
});
