import { expect, test } from '@jest/globals';
import type { V1ConfigMap, V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import {
  ANNOTATION_CONFIG_COPIES,
  ANNOTATION_CONFIG_ROLLOUT,
  FIELD_MANAGER,
  LABEL_COPY_OF,
} from '../../../operator/api/names.ts';
import {
  CONFIG_MAPS,
  CONFIG_ROLLOUTS,
  DEPLOYMENTS,
  PODS,
  STATEFUL_SETS,
} from '../../../operator/controllers/resources.ts';
import { resourcePath } from '../../../operator/runtime/resource.ts';
import { always, eventually } from '../eventually.ts';
import { sceneWithoutOperator, type Scene } from '../scene.ts';
import { Fleet } from './fleet.ts';

const specOf = (name: string, image: string) => ({
  replicas: 1,
  selector: { matchLabels: { app: name } },
  template: {
    metadata: { labels: { app: name } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'web', image, envFrom: [{ configMapRef: { name: 'shared' } }] }],
    },
  },
});

const optedIn = { annotations: { [ANNOTATION_CONFIG_ROLLOUT]: 'shared' } };

/** What a Helm chart would write: the original's name, whatever is there. */
const deploy = (it: Scene, name: string, image = 'ready:v1', metadata: Record<string, unknown> = optedIn) =>
  it.objects.apply<V1Deployment>(DEPLOYMENTS, name, { metadata, spec: specOf(name, image) });

const namedBy = (workload: V1Deployment | V1StatefulSet): string =>
  workload.spec?.template.spec?.containers[0]?.envFrom?.[0]?.configMapRef?.name ?? '';

const isWhole = ({ metadata, status }: V1Deployment): boolean =>
  status?.observedGeneration === metadata?.generation && status?.readyReplicas === 1 && status.replicas === 1;

/** Waits until a workload's only pod was started with that greeting, and names what is told. */
const untilGreeting = async (it: Scene, app: string, greeting: string, image = 'ready:v1'): Promise<void> => {
  await eventually(
    `one pod of ${app} with GREETING=${greeting}`,
    () => it.objects.list<V1Pod>(PODS, `app=${app}`),
    ([pod, ...others]) =>
      others.length === 0 &&
      pod?.spec?.containers[0]?.image === image &&
      pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true &&
      it.kubelet.contentOf(pod)['web.env.GREETING'] === greeting,
  );
};

const deployment = (it: Scene, name: string) => it.objects.get<V1Deployment>(DEPLOYMENTS, name);

test(
  'Deployments and StatefulSets that opt in get a shared change wave by wave, and keep their bytes through an upgrade by others',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 0 });
    await fleet.configure({ GREETING: 'hello' });
    for (const name of ['one', 'two']) await deploy(it, name);
    await it.objects.apply<V1StatefulSet>(STATEFUL_SETS, 'three', {
      metadata: optedIn,
      spec: { ...specOf('three', 'ready:v1'), serviceName: 'three' },
    });
    // This one has not opted in.
    await deploy(it, 'other', 'ready:v1', {});
    await it.startOperator();
    await fleet.govern({ waves: { maxConcurrent: 1 } });
    const pinned = await fleet.until('to have pinned all', ({ status }) => status.history.length === 1);
    expect(pinned.status.history[0]).toMatchObject({ outcome: 'Completed', waves: 3 });
    const copy = `shared-${pinned.status.current}`;
    expect(namedBy(await deployment(it, 'one'))).toBe(copy);
    expect(namedBy(await it.objects.get<V1StatefulSet>(STATEFUL_SETS, 'three'))).toBe(copy);
    expect(namedBy(await deployment(it, 'other'))).toBe('shared');

    await fleet.configure({ GREETING: 'hi' });
    const news = await fleet.until('to be done', ({ status }) => status.history.length === 2);
    expect(news.status.history[0]).toMatchObject({ outcome: 'Completed', waves: 3 });
    for (const app of ['one', 'two', 'three']) await untilGreeting(it, app, 'hi');
    await untilGreeting(it, 'other', 'hello');

    // An upgrade by Helm 4 writes the original's name again, and a new image. It does not force anything.
    await eventually(
      'the operator to manage no field of one',
      () => deployment(it, 'one'),
      ({ metadata }) => metadata?.managedFields?.every(({ manager }) => manager !== FIELD_MANAGER) === true,
    );
    await it.client.apply<V1Deployment>(
      resourcePath(DEPLOYMENTS, { namespace: it.namespace, name: 'one' }),
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'one', ...optedIn },
        spec: specOf('one', 'ready:v2'),
      },
      { signal: it.signal, fieldManager: 'helm', force: false },
    );
    await untilGreeting(it, 'one', 'hi', 'ready:v2');
    const after = await eventually(
      'one to be put back',
      () => deployment(it, 'one'),
      (found) =>
        isWhole(found) &&
        namedBy(found) === `shared-${news.status.current}` &&
        found.metadata?.managedFields?.every(({ manager }) => manager !== FIELD_MANAGER) === true,
    );
    await always(
      'nothing more to happen',
      () => deployment(it, 'one'),
      ({ metadata }) => metadata?.generation === after.metadata?.generation,
      2000,
    );
    const { status } = await fleet.until('to be at rest', (rollout) => rollout.status.step.name === 'Stable');
    expect(status.history).toHaveLength(2);
    // Nobody needs the copies of before.
    await eventually(
      'one copy',
      () => it.objects.list<V1ConfigMap>(CONFIG_MAPS, `${LABEL_COPY_OF}=shared`),
      (copies) => copies.length === 1,
    );
  }),
  300_000,
);

test(
  'a Deployment that fails with a shared change is taken back, and the others keep their bytes',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 0 });
    await fleet.configure({ GREETING: 'hello' });
    for (const name of ['one', 'two']) await deploy(it, name);
    await it.startOperator();
    await fleet.govern({ waves: { maxConcurrent: 1 }, onFailure: 'RevertAll', progressDeadlineSeconds: 10 });
    await fleet.until('to have pinned all', ({ status }) => status.history.length === 1);
    await fleet.configure({ GREETING: 'bad', BEHAVIOUR: 'crash' });
    const { status } = await fleet.until('to be reverted', (rollout) => rollout.status.history.length === 2);
    expect(status.history[0]?.outcome).toBe('Reverted');
    expect(status.failure?.consumer).toBe('Deployment/one');
    expect(status.failure?.message).toContain('not healthy within 10 s');
    for (const app of ['one', 'two']) await untilGreeting(it, app, 'hello');
  }),
  300_000,
);

test(
  'opting out restores the name of the original, and a deleted ConfigRollout leaves no pod without its ConfigMap',
  sceneWithoutOperator(async (it) => {
    const fleet = new Fleet(it, { count: 0 });
    await fleet.configure({ GREETING: 'hello' });
    for (const name of ['one', 'two', 'three']) await deploy(it, name);
    const operator = await it.startOperator();
    await fleet.govern({ waves: { maxConcurrent: 3 } });
    const { status } = await fleet.until('to have pinned all', (rollout) => rollout.status.history.length === 1);
    const copy = `shared-${status.current}`;

    await it.objects.patch(DEPLOYMENTS, 'one', { metadata: { annotations: { [ANNOTATION_CONFIG_ROLLOUT]: null } } });
    await eventually(
      'one to be restored',
      () => deployment(it, 'one'),
      (found) => namedBy(found) === 'shared' && isWhole(found),
    );
    expect((await deployment(it, 'one')).metadata?.annotations?.[ANNOTATION_CONFIG_COPIES]).toBeUndefined();
    await fleet.until('to have two consumers', (rollout) => rollout.status.consumers.total === 2);

    // While no operator runs, nobody can restore anything: the copy must not go with the rollout.
    await it.stopOperator(operator);
    await it.objects.delete(CONFIG_ROLLOUTS, 'shared');
    await eventually(
      'the garbage collector to have taken the rollout from the owners',
      () => it.objects.get<V1ConfigMap>(CONFIG_MAPS, copy),
      ({ metadata }) => metadata?.ownerReferences?.every(({ kind }) => kind === 'Deployment') === true,
    );
    await it.startOperator();
    for (const name of ['two', 'three']) {
      await eventually(
        `${name} to be restored`,
        () => deployment(it, name),
        (found) => namedBy(found) === 'shared' && isWhole(found),
      );
    }
  }),
  300_000,
);
