import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { BlueGreen, BlueGreenStatus } from '../../operator/api/bluegreen.ts';
import { refuse, succeed } from './program.ts';
import { openClusterWorkbench, type ClusterWorkbench } from './workbench.ts';

jest.setTimeout(120_000);

let bench: ClusterWorkbench;

beforeAll(async () => {
  bench = await openClusterWorkbench();
});

afterAll(async () => bench.stop());

const template = { spec: { containers: [{ name: 'users', image: 'users:1' }] } };
const spec = { template, services: { active: 'users', preview: 'users-preview' } };

const manifest = (name: string, fields: object): string =>
  JSON.stringify({ apiVersion: 'relevo.dev/v1beta1', kind: 'BlueGreen', metadata: { name }, spec: fields });

const create = async (name: string, fields: object = spec): Promise<BlueGreen> => {
  const answer = await succeed(
    bench.kubectl(['create', '--output', 'json', '--filename', '-'], manifest(name, fields)),
  );
  const created: BlueGreen = JSON.parse(answer);
  return created;
};

const get = async (name: string): Promise<BlueGreen> => {
  const found: BlueGreen = JSON.parse(await succeed(bench.kubectl(['get', 'bg', name, '--output', 'json'])));
  return found;
};

/** Applies a BlueGreen with these containers in the server. */
const apply = async (manager: string, more: string[], containers: object[]): Promise<string> => {
  const text = manifest('shared', { ...spec, template: { spec: { containers } } });
  const args = ['apply', '--server-side', '--field-manager', manager, ...more, '--filename', '-'];
  return succeed(bench.kubectl(args, text));
};

/** What the API server says to a BlueGreen that it must refuse. `validate=false`: the server's word, not kubectl's. */
const refusal = async (name: string, fields: object): Promise<string> =>
  refuse(bench.kubectl(['create', '--validate=false', '--filename', '-'], manifest(name, fields)));

describe('defaults', () => {
  test('what is left out, parents included, gets the documented defaults', async () => {
    expect((await create('defaults')).spec).toEqual({
      ...spec,
      replicas: 1,
      config: { secrets: 'Follow', exclude: [], quietSeconds: 1 },
      preview: {},
      promotion: { mode: 'Automatic', soakSeconds: 0 },
      checks: { before: [], after: { windowSeconds: 60, checks: [] } },
      switch: { overlapSeconds: 0, retireAfterSeconds: 30 },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      paused: false,
    });
  });

  test('a parent with one field gets the other defaults of that parent', async () => {
    const created = await create('partial', { ...spec, switch: { retireAfterSeconds: 5 }, checks: { after: {} } });
    expect(created.spec.switch).toEqual({ overlapSeconds: 0, retireAfterSeconds: 5 });
    expect(created.spec.checks).toEqual({ before: [], after: { windowSeconds: 60, checks: [] } });
  });

  test('before the operator has seen it, the observed generation is -1', async () => {
    await create('unseen');
    expect((await get('unseen')).status).toEqual({ observedGeneration: -1 });
  });
});

describe('the template', () => {
  test('keeps fields that this version has never heard of', async () => {
    const rich = {
      metadata: { labels: { team: 'a' }, annotations: { note: 'b' }, fromTheFuture: { a: [1] } },
      spec: {
        fromTheFuture: [{ b: 2 }],
        terminationGracePeriodSeconds: 30,
        volumes: [{ name: 'data', ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'] } } } }],
        containers: [
          { name: 'users', image: 'users:1', fromTheFuture: true, ports: [{ name: 'http', containerPort: 8080 }] },
          {
            name: 'beside',
            image: 'beside:1',
            env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }],
          },
        ],
      },
    };
    expect((await create('rich', { ...spec, template: rich })).spec.template).toEqual(rich);
  });

  test('lets two appliers share its containers: one owns the image, the other the rest', async () => {
    await apply('chart', [], [{ name: 'users', image: 'users:1', args: ['--a'] }]);
    await apply('pipeline', ['--force-conflicts'], [{ name: 'users', image: 'users:2' }]);
    expect((await get('shared')).spec.template.spec?.containers).toEqual([
      { name: 'users', image: 'users:2', args: ['--a'] },
    ]);
  });
});

describe('refusals say what to write', () => {
  const long = `a${'b'.repeat(40)}`;
  test.each([
    ['a name of 41 characters', long, {}, 'at most 40 characters'],
    ['a name that starts with a digit', '1users', {}, 'start with a letter'],
    ['a name with a dot', 'users.api', {}, 'lower-case letters, digits and - only'],
  ])('%s', async (_what, name, fields, message) => {
    const said = await refusal(name, { ...spec, ...fields });
    expect(said).toContain(message);
    expect(said).toContain('metadata.name');
  });

  const labelled = (metadata: object) => ({ template: { ...template, metadata } });
  test.each<[string, object, string, string]>([
    [
      'case 24: the same Service for both roles',
      { services: { active: 'users', preview: 'users' } },
      'spec.services.preview',
      'must differ from services.active: name a second Service',
    ],
    [
      'case 24: a selector in the template',
      { template: { ...template, selector: { matchLabels: { app: 'users' } } } },
      'spec.template.selector',
      'leave spec.template.selector out',
    ],
    [
      'case 24: a selector as a Deployment has it',
      { selector: { matchLabels: { app: 'users' } } },
      'spec.selector',
      'leave spec.selector out',
    ],
    [
      'case 24: seconds with a unit',
      { switch: { retireAfterSeconds: '30s' } },
      'spec.switch.retireAfterSeconds',
      'must be of type integer',
    ],
    [
      'case 24: milliseconds for seconds',
      { switch: { retireAfterSeconds: 30_000_000 } },
      'spec.switch.retireAfterSeconds',
      'should be less than or equal to 604800',
    ],
    ['a negative time', { promotion: { soakSeconds: -1 } }, 'spec.promotion.soakSeconds', 'greater than or equal to 0'],
    ['a fraction of a pod', { replicas: 1.5 }, 'spec.replicas', 'must be of type integer'],
    ['a negative number of pods', { replicas: -1 }, 'spec.replicas', 'greater than or equal to 0'],
    ['no way back', { revisionHistoryLimit: 1 }, 'spec.revisionHistoryLimit', 'greater than or equal to 2'],
    ['a deadline of nothing', { progressDeadlineSeconds: 0 }, 'spec.progressDeadlineSeconds', 'equal to 1'],
    [
      'a word that is none of the modes',
      { promotion: { mode: 'Auto' } },
      'spec.promotion.mode',
      'supported values: "Automatic", "Manual"',
    ],
    [
      'a label of Relevo in the template',
      labelled({ labels: { 'relevo.dev/slot': 'blue' } }),
      'spec.template.metadata.labels',
      'Relevo sets these itself; leave it out',
    ],
    [
      'an annotation of Relevo in the template',
      labelled({ annotations: { 'relevo.dev/traffic': 'active' } }),
      'spec.template.metadata.annotations',
      'Relevo sets these itself; leave it out',
    ],
    ['no template', { template: null }, 'spec.template', 'Required value'],
    ['no Services', { services: null }, 'spec.services', 'Required value'],
    ['no active Service', { services: { preview: 'users' } }, 'spec.services.active', 'Required value'],
    [
      'a Service name that cannot be',
      { services: { active: 'Users' } },
      'spec.services.active',
      'must be the name of a Service in the same namespace',
    ],
    [
      'no container',
      { template: { spec: { containers: [] } } },
      'spec.template.spec',
      'write spec.template.spec.containers with a name and an image',
    ],
    ['no containers at all', { template: { spec: {} } }, 'spec.template.spec', 'at least one container'],
    [
      'two containers of one name',
      { template: { spec: { containers: [{ name: 'a' }, { name: 'a' }] } } },
      'spec.template.spec.containers[1]',
      'Duplicate value',
    ],
    [
      'a decision that leads nowhere',
      { decision: { action: 'Rollback', revision: 'users-1', to: 'users-1' } },
      'spec.decision.to',
      'must name another release than decision.revision',
    ],
    [
      'a way back with another decision',
      { decision: { action: 'Abort', revision: 'users-2', to: 'users-1' } },
      'spec.decision.to',
      'goes only with action Rollback',
    ],
    ['a decision about nothing', { decision: { action: 'Abort' } }, 'spec.decision.revision', 'Required value'],
  ])('%s', async (_what, fields, field, message) => {
    const said = await refusal('refused', { ...spec, ...fields });
    expect(said).toContain(field);
    expect(said).toContain(message);
  });

  test('a field that does not exist is refused by kubectl', async () => {
    const text = manifest('refused', { ...spec, retireAfterSeconds: 30 });
    const said = await refuse(bench.kubectl(['create', '--filename', '-'], text));
    expect(said).toContain('unknown field "spec.retireAfterSeconds"');
  });
});

test.each([
  ['Abort', { action: 'Abort', revision: 'users-1' }],
  ['Rollback to the one before', { action: 'Rollback', revision: 'users-1' }],
  ['Rollback to a named release', { action: 'Rollback', revision: 'users-2', to: 'users-1' }],
])('a decision is accepted: %s', async (_what, decision) => {
  const name = `decided-${decision.action.toLowerCase()}-${Object.keys(decision).length}`;
  expect((await create(name, { ...spec, decision })).spec.decision).toEqual(decision);
});

test('a name of 40 characters is accepted', async () => {
  const name = `a${'b'.repeat(39)}`;
  expect((await create(name)).metadata.name).toBe(name);
});

test('case 28: labels and annotations of the object leave its generation alone', async () => {
  await create('labelled');
  await succeed(bench.kubectl(['label', 'bg', 'labelled', 'team=a']));
  await succeed(bench.kubectl(['annotate', 'bg', 'labelled', 'note=b']));
  const { metadata } = await get('labelled');
  expect(metadata).toMatchObject({ generation: 1, labels: { team: 'a' }, annotations: { note: 'b' } });
});

describe('subresources', () => {
  const status: BlueGreenStatus = {
    observedGeneration: 1,
    active: 'whole-1111111111',
    target: 'whole-2222222222',
    slots: {
      blue: { revision: 'whole-1111111111', replicas: 2, ready: 2, claim: 'c1' },
      green: { revision: 'whole-2222222222', replicas: 2, ready: 0 },
    },
    step: {
      name: 'Filling',
      since: '2026-01-02T03:04:05.678Z',
      deadline: '2026-01-02T03:14:05.678Z',
      remainingSeconds: 1.5,
      waitingFor: 'container users is in CrashLoopBackOff (exit code 1)',
    },
    release: {
      revision: 'whole-2222222222',
      startedAt: '2026-01-02T03:04:05.678Z',
      rollback: true,
      steps: { Waiting: 0.25 },
    },
    rejected: 'whole-3333333333',
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Serving',
        message: 'whole-1111111111 serves',
        lastTransitionTime: '2026-01-02T03:04:05.678Z',
        observedGeneration: 1,
      },
    ],
    history: [
      {
        revision: 'whole-1111111111',
        outcome: 'Promoted',
        reason: 'Automatic',
        message: 'it was ready',
        startedAt: '2026-01-02T03:04:05.678Z',
        endedAt: '2026-01-02T03:04:15.678Z',
        steps: { Filling: 9.5, Switching: 0.5 },
      },
    ],
    replicas: 2,
    selector: 'relevo.dev/bluegreen=whole,relevo.dev/revision=whole-1111111111',
  };

  test('status: every field of the type is kept, and spec is out of its reach', async () => {
    await create('whole');
    const patch = JSON.stringify({ status, spec: { replicas: 9 } });
    await succeed(bench.kubectl(['patch', 'bg', 'whole', '--subresource=status', '--type=merge', '--patch', patch]));
    const found = await get('whole');
    expect(found.status).toEqual(status);
    expect(found.spec.replicas).toBe(1);
    expect(found.metadata.generation).toBe(1);
  });

  test('status: an edit of the object does not reach it', async () => {
    await create('private');
    const patch = JSON.stringify({ status: { active: 'mine' } });
    await succeed(bench.kubectl(['patch', 'bg', 'private', '--type=merge', '--patch', patch]));
    expect((await get('private')).status).toEqual({ observedGeneration: -1 });
  });

  test('scale: kubectl scale sets spec.replicas, and the selector is the status field', async () => {
    await create('scaled');
    const patch = JSON.stringify({ status: { replicas: 1, selector: 'a=b' } });
    await succeed(bench.kubectl(['patch', 'bg', 'scaled', '--subresource=status', '--type=merge', '--patch', patch]));
    await succeed(bench.kubectl(['scale', 'bluegreen/scaled', '--replicas=5']));
    const path = '/apis/relevo.dev/v1beta1/namespaces/default/bluegreens/scaled/scale';
    const scale: unknown = JSON.parse(await succeed(bench.kubectl(['get', '--raw', path])));
    expect(scale).toMatchObject({ spec: { replicas: 5 }, status: { replicas: 1, selector: 'a=b' } });
    expect((await get('scaled')).spec.replicas).toBe(5);
  });

  test('kubectl get shows active, target, step, ready and age', async () => {
    await create('shown');
    const patch = JSON.stringify({ status: { ...status, active: 'shown-1', target: 'shown-2' } });
    await succeed(bench.kubectl(['patch', 'bg', 'shown', '--subresource=status', '--type=merge', '--patch', patch]));
    const [head, row] = (await succeed(bench.kubectl(['get', 'bg', 'shown']))).trim().split('\n');
    expect(head?.split(/\s+/)).toEqual(['NAME', 'ACTIVE', 'TARGET', 'STEP', 'READY', 'AGE']);
    expect(row?.split(/\s+/).slice(0, 5)).toEqual(['shown', 'shown-1', 'shown-2', 'Filling', 'True']);
  });
});
