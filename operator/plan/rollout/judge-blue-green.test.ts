import { describe, expect, test } from '@jest/globals';
import type { BlueGreenStatus, Decision, Step } from '../../api/bluegreen.ts';
import type { ConditionType } from '../../api/conditions.ts';
import { judgeBlueGreen } from './judge-blue-green.ts';
import type { BlueGreenConsumer } from './judge-blue-green.ts';

const since = '2026-01-01T00:00:00.000Z';
const step = (name: Step['name'], waitingFor?: string): Step => ({
  name,
  since,
  ...(waitingFor === undefined ? {} : { waitingFor }),
});

const release = (revision: string) => ({ release: { revision, startedAt: since, steps: {} } });

const stalled = (message: string) => ({
  conditions: [
    {
      type: 'Stalled' as ConditionType,
      status: 'True' as const,
      reason: 'Why',
      message,
      lastTransitionTime: since,
      observedGeneration: 1,
    },
  ],
});

/** It serves `code1-old`; revisions are called after their code and their version. */
const served = (part: Partial<BlueGreenStatus> = {}): BlueGreenStatus => ({
  observedGeneration: 1,
  active: 'code1-old',
  target: 'code1-old',
  slots: { blue: { revision: 'code1-old', replicas: 2, ready: 2 } },
  step: step('Stable'),
  conditions: [],
  history: [],
  replicas: 2,
  selector: '',
  ...part,
});

interface Case {
  status?: BlueGreenStatus | undefined;
  version?: string;
  code?: string;
  decision?: Decision;
  paused?: boolean;
}

const judge = ({ status, version = 'new', code = 'code1', decision, paused = false }: Case) => {
  const spec: BlueGreenConsumer['bluegreen']['spec'] = {
    replicas: 2,
    template: {},
    services: { active: 'web' },
    config: { secrets: 'Follow', exclude: [], quietSeconds: 1 },
    preview: {},
    promotion: { mode: 'Automatic', soakSeconds: 0 },
    checks: { before: [], after: { windowSeconds: 60, checks: [] } },
    switch: { overlapSeconds: 0, retireAfterSeconds: 30 },
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    paused,
    ...(decision === undefined ? {} : { decision }),
  };
  return judgeBlueGreen({
    bluegreen: { generation: 1, spec, status },
    version,
    desired: () => `${code}-${version}`,
    versionOf: (revision) => revision.split('-')[1],
  });
};

const newServes = {
  active: 'code1-new',
  target: 'code1-new',
  slots: { green: { revision: 'code1-new', replicas: 2, ready: 2 } },
};

describe('judgeBlueGreen', () => {
  test('what was not seen yet is at work', () => {
    expect(judge({})).toMatchObject({ kind: 'working', limited: false });
  });

  test('it is at work from the grant until its version serves with all pods', () => {
    expect(judge({ status: served() }).kind).toBe('working');
    const filling = { ...release('code1-new'), target: 'code1-new', step: step('Filling', 'pods of green') };
    expect(judge({ status: served(filling) })).toEqual({ kind: 'working', message: 'pods of green', limited: false });
    const slots = { green: { revision: 'code1-new', replicas: 2, ready: 1 } };
    expect(judge({ status: served({ ...newServes, slots }) })).toMatchObject({ message: '1 of 2 pods ready' });
    expect(judge({ status: served(newServes) })).toEqual({ kind: 'healthy' });
  });

  test('while its checks after the switch run it is at work', () => {
    const status = served({ ...newServes, ...release('code1-new'), step: step('Verifying', 'check smoke') });
    expect(judge({ status })).toMatchObject({ kind: 'working', message: 'check smoke' });
  });

  test('a release of its own code with the granted version is no matter of the rollout', () => {
    const status = served({ ...newServes, ...release('code2-new'), target: 'code2-new', step: step('Filling') });
    expect(judge({ status, code: 'code2' })).toEqual({ kind: 'healthy' });
    // Also before its turn: it has the version that it may use.
    const before = served({ ...release('code2-old'), target: 'code2-old', step: step('Waiting') });
    expect(judge({ status: before, version: 'old', code: 'code2' })).toEqual({ kind: 'healthy' });
  });

  test('with code and config changed together it is at work until both serve', () => {
    const status = served({ ...release('code2-new'), target: 'code2-new', step: step('Filling', 'pods') });
    expect(judge({ status, code: 'code2' })).toMatchObject({ kind: 'working', message: 'pods' });
  });

  test('a release with another version, begun before the grant was taken back, is at work', () => {
    const status = served({ ...release('code1-new'), target: 'code1-new', step: step('Filling') });
    expect(judge({ status, version: 'old' }).kind).toBe('working');
    // It is over, and the BlueGreen has not looked at its grant since.
    expect(judge({ status: served({ rejected: 'code1-new' }), version: 'old' }).kind).toBe('working');
    expect(judge({ status: served(), version: 'old' })).toEqual({ kind: 'healthy' });
  });

  test('a release that was rejected has failed, with the words of its end', () => {
    const ended = {
      revision: 'code1-new',
      outcome: 'Failed' as const,
      reason: 'CheckFailed',
      message: 'check smoke: 500',
      startedAt: since,
      endedAt: since,
      steps: {},
    };
    const status = served({ rejected: 'code1-new', history: [ended] });
    expect(judge({ status })).toEqual({ kind: 'failed', message: 'check smoke: 500' });
  });

  test('a stall of that release is a failure; one that says nothing about it only counts after a while', () => {
    const late = served({ ...release('code1-new'), target: 'code1-new', ...stalled('pods crash') });
    expect(judge({ status: late })).toEqual({ kind: 'failed', message: 'pods crash' });
    const older = served(stalled('Service web is missing'));
    expect(judge({ status: older })).toMatchObject({ kind: 'working', limited: true });
    // Nobody is to blame for a pause.
    expect(judge({ status: late, paused: true })).toMatchObject({ kind: 'working', limited: false });
  });

  test('an own release that was rejected long ago is no failure of the version that serves', () => {
    const status = served({ rejected: 'code2-old', ...stalled('code2-old was aborted') });
    expect(judge({ status, version: 'old', code: 'code2' })).toEqual({ kind: 'healthy' });
  });

  test('one that a person has rolled back to an older release is not waited for', () => {
    const decision: Decision = { revision: 'code1-new', action: 'Rollback' };
    expect(judge({ status: served(), decision })).toEqual({ kind: 'healthy' });
    expect(judge({ status: served(), decision: { ...decision, revision: 'code0-new' } }).kind).toBe('working');
  });
});
