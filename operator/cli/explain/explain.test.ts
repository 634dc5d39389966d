import { describe, expect, test } from '@jest/globals';
import type { V1Deployment } from '@kubernetes/client-node';
import type { Condition } from '../../api/conditions.ts';
import { blueGreen, releasing } from '../decide/blue-green.fixture.ts';
import { container, event, evidenceOf, NOW, podWith, stalled, waitingFor } from './evidence.fixture.ts';
import type { Evidence } from './evidence.ts';
import { explain } from './explain.ts';

const first = (evidence: Evidence) => explain(evidence)[0];

const withPod = (...args: Parameters<typeof podWith>) => ({ pods: [podWith(...args)] });

/** The Deployment controller cannot make the pods. */
const failing = (message: string): Partial<Evidence> => {
  const conditions = [{ type: 'ReplicaFailure', status: 'True', message }];
  const deployment: V1Deployment = { status: { conditions } };
  return { deployments: { green: deployment } };
};

test('nothing keeps what is at rest', () => {
  expect(explain(evidenceOf(blueGreen()))).toEqual([]);
});

describe('the operator', () => {
  const unseen = blueGreen({ observedGeneration: 0 });

  test('is away when nobody holds its lease', () => {
    const leases = [
      { metadata: { namespace: 'ops' }, spec: { holderIdentity: 'a', renewTime: new Date(NOW - 300_000) } },
    ];
    const found = first(evidenceOf(releasing('Filling'), { leases }));
    expect(found).toMatchObject({ cause: 'OperatorNotRunning', bearing: 'stuck' });
    expect(found?.what).toContain('namespace ops is not held; it was last renewed 5m ago by a');
    expect(first(evidenceOf(unseen, { leases: [] }))?.what).toContain('there is no lease relevo-operator');
  });

  test('may look at other namespaces only', () => {
    expect(first(evidenceOf(unseen))).toMatchObject({ cause: 'OperatorNotWatching' });
  });

  test('is given a moment', () => {
    const metadata = { name: 'web', generation: 2, creationTimestamp: new Date(NOW - 2000) };
    expect(explain(evidenceOf({ ...unseen, metadata }))).toMatchObject([{ bearing: 'moving' }]);
  });

  test('is not said to be away by somebody who may not read leases', () => {
    expect(explain(evidenceOf(blueGreen(), { leases: [], unreadable: ['leases'] }))).toEqual([]);
  });
});

describe('pods', () => {
  test.each<[string, Partial<Evidence>, string]>([
    [
      'FailingLivenessProbe',
      {
        ...withPod({
          containerStatuses: [
            container({ state: { running: {} }, lastState: { terminated: { exitCode: 137, reason: 'Error' } } }),
          ],
        }),
        events: [event('Unhealthy', 'Liveness probe failed: connection refused')],
      },
      'its liveness probe fails',
    ],
    [
      'VolumeNotMounted',
      {
        ...withPod({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] }),
        events: [event('FailedMount', 'MountVolume.SetUp failed for volume "data": timed out')],
      },
      'a volume of it cannot be mounted',
    ],
    [
      'Starting',
      withPod({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] }),
      'its containers are being made',
    ],
    [
      'MissingSecret',
      {
        ...withPod({ containerStatuses: [container({ state: { waiting: { reason: 'ContainerCreating' } } })] }),
        events: [event('FailedMount', 'MountVolume.SetUp failed for volume "k" : secret "keys" not found')],
      },
      'Secret keys does not exist, and a volume needs it',
    ],
    [
      'MissingKey',
      withPod({
        containerStatuses: [
          container({
            state: {
              waiting: { reason: 'CreateContainerConfigError', message: "couldn't find key A in Secret shop/keys" },
            },
          }),
        ],
      }),
      'Secret keys has no key A, and container web needs it',
    ],
  ])('%s', (cause, more, what) => {
    const found = first(evidenceOf(releasing('Filling'), more));
    expect(found?.cause).toBe(cause);
    expect(found?.what).toContain(what);
  });

  test('a readiness gate that stays shut', () => {
    const spec = { containers: [], nodeName: 'a', readinessGates: [{ conditionType: 'lb/ready' }] };
    const running = container({ ready: true, state: { running: {} } });
    const gated = podWith({ phase: 'Running', containerStatuses: [running] }, { spec });
    expect(first(evidenceOf(releasing('Filling'), { pods: [gated] }))?.what).toContain('its readiness gate lb/ready');
  });

  test('no scheduler at all', () => {
    const pending = podWith({ phase: 'Pending' }, { spec: { containers: [] } });
    expect(first(evidenceOf(releasing('Filling'), { pods: [pending] }))?.cause).toBe('NotScheduled');
  });

  test('the same trouble of several pods is one finding', () => {
    const crash = { containerStatuses: [container({ state: { waiting: { reason: 'ErrImagePull' } } })] };
    const pods = ['web-green-1', 'web-green-2', 'web-green-3'].map((name) => podWith(crash, { name }));
    const found = explain(evidenceOf(releasing('Filling'), { pods }));
    expect(found).toHaveLength(1);
    expect(found[0]?.what).toContain('Pod web-green-1 (and 2 more)');
  });

  test('a pod that goes, or belongs to an older release, is no trouble', () => {
    const status = { containerStatuses: [container({ state: { waiting: { reason: 'ErrImagePull' } } })] };
    const pod = podWith(status);
    const going = podWith(status, { deletionTimestamp: new Date(NOW) });
    expect(explain(evidenceOf(blueGreen(), { pods: [pod, going] }))).toEqual([]);
  });

  test('a slow start is trouble only when its time is over', () => {
    const pods = [podWith({ containerStatuses: [container({ state: { running: {} } })] })];
    expect(first(evidenceOf(releasing('Filling'), { pods }))?.bearing).toBe('moving');
    const late = stalled(releasing('Filling'), 'ProgressDeadlineExceeded', 'not ready in time');
    expect(first(evidenceOf(late, { pods }))?.bearing).toBe('stuck');
  });
});

describe('refusals', () => {
  test.each([
    ['QuotaExceeded', 'pods "web-green-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2'],
    ['PodSecurity', 'pods "web-green-1" is forbidden: violates PodSecurity "restricted:latest": privileged'],
    ['AdmissionDenied', 'admission webhook "policy.example.com" denied the request: no'],
  ])('%s, said by the Deployment controller', (cause, message) => {
    const found = first(evidenceOf(releasing('Filling'), failing(message)));
    expect(found).toMatchObject({ cause, bearing: 'stuck' });
    expect(found?.next.at(-1)).toBe('Or give this release up: kubectl relevo abort web -n shop');
  });

  test('a permission that the operator lacks', () => {
    const sentence =
      'an obstacle to be removed (fill): deployments.apps "web-green" is forbidden: User "system:serviceaccount:relevo:relevo-operator" cannot patch resource "deployments"';
    expect(first(evidenceOf(waitingFor(releasing('Filling'), sentence)))?.cause).toBe('OperatorNotAllowed');
  });

  test('anything else that is refused, in its own words', () => {
    const sentence = 'an obstacle to be removed (select): services "web" is immutable today';
    expect(first(evidenceOf(waitingFor(releasing('Switching'), sentence)))).toMatchObject({
      cause: 'ActionRefused',
      what: expect.stringContaining('services "web" is immutable today'),
    });
  });
});

describe('traffic', () => {
  test('a switch that is not confirmed', () => {
    const sentence = 'the EndpointSlices of Service web to list ready pods of slot green alone';
    expect(first(evidenceOf(waitingFor(releasing('Switching'), sentence)))?.cause).toBe('SwitchNotConfirmed');
  });

  test('neither slot is whole', () => {
    const message = 'no pod of slot green is ready; web-2 still serves, because slot blue is not whole either';
    const found = first(evidenceOf(stalled(blueGreen(), 'NothingWhole', message)));
    expect(found).toMatchObject({ cause: 'NothingWhole', bearing: 'stuck', what: message });
  });
});

test('a release that has failed is told with its last words', () => {
  const history = [
    {
      revision: 'web-2',
      outcome: 'Failed' as const,
      reason: 'CheckFailed',
      message: 'check smoke: 500',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:01:00.000Z',
      steps: {},
    },
  ];
  const found = first(evidenceOf(stalled(blueGreen({ rejected: 'web-2', history }), 'Rejected', 'not tried again')));
  expect(found).toMatchObject({ cause: 'ReleaseFailed', seen: ['CheckFailed: check smoke: 500'] });
  expect(found?.next.join()).toContain('kubectl relevo retry web -n shop');
});

test('a reason that is not known yet is given in the words of status', () => {
  const found = explain(evidenceOf(stalled(blueGreen(), 'Eclipse', 'the sun to come back')));
  expect(found).toMatchObject([{ cause: 'Eclipse', bearing: 'stuck', what: 'the sun to come back' }]);
});

test('shared config that waits for its wave goes on by itself', () => {
  const message = 'ConfigRollout shared has not granted the present content of ConfigMap settings yet';
  const condition: Condition = {
    type: 'ConfigSynced',
    status: 'False',
    reason: 'HeldBack',
    message,
    lastTransitionTime: '2026-01-01T00:00:00.000Z',
    observedGeneration: 1,
  };
  const found = explain(evidenceOf(blueGreen({ conditions: [condition] })));
  expect(found).toMatchObject([{ cause: 'HeldBack', bearing: 'moving', what: `It waits for its wave: ${message}` }]);
});
