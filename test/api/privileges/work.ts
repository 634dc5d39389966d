import type { V1Deployment, V1Job, V1StatefulSet } from '@kubernetes/client-node';
import type { ConfigRollout } from '../../../operator/api/configrollout.ts';
import { ANNOTATION_CONFIG_COPIES, ANNOTATION_CONFIG_ROLLOUT } from '../../../operator/api/names.ts';
import {
  BLUE_GREENS,
  CONFIG_ROLLOUTS,
  DEPLOYMENTS,
  JOBS,
  PODS,
  SECRETS,
  SERVICES,
  STATEFUL_SETS,
} from '../../../operator/controllers/resources.ts';
import { specOf, type Variation } from '../blue-greens.ts';
import { eventually } from '../eventually.ts';
import { copiesOf, releases, secretCopiesOf, untilContent } from '../release-content.ts';
import type { Scene } from '../scene.ts';

/** Something that the operator can do, and a way to make it do so. */
export interface Feature {
  name: string;
  work: (it: Scene) => Promise<void>;
}

const configured: Variation = {
  secrets: 'Pin',
  retireAfterSeconds: 0,
  container: { envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'token' } }] },
};

const untilAtRest = (it: Scene) => it.until('to rest', ({ status }) => status.step.name === 'Stable');

const LABEL_JOB_NAME = 'batch.kubernetes.io/job-name';

/** Gives the one Job a pod, and lets it have failed, as the Job controller would: it does not run here. */
const failJob = async (it: Scene): Promise<void> => {
  const [job] = await eventually(
    'a Job',
    () => it.objects.list<V1Job>(JOBS),
    ({ length }) => length === 1,
  );
  const name = job?.metadata?.name ?? '';
  const containers = job?.spec?.template.spec?.containers;
  await it.objects.create(PODS, name, {
    metadata: { labels: { [LABEL_JOB_NAME]: name } },
    spec: { automountServiceAccountToken: false, containers },
  });
  const startTime = new Date().toISOString();
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'BackoffLimitExceeded',
    lastTransitionTime: startTime,
  });
  const status = { startTime, conditions: [condition('FailureTarget'), condition('Failed')] };
  await it.objects.patchStatus(JOBS, name, { status });
};

/** Everything that the operator does. Whoever gives it another permission adds the work that needs it. */
export const FEATURES: readonly Feature[] = [
  {
    name: 'a first release with config',
    work: async (it) => {
      await it.configure('settings', { GREETING: '0' });
      await it.conceal('token', { TOKEN: '0' });
      await it.release(configured);
      await it.objects.patch(BLUE_GREENS, 'web', { spec: { revisionHistoryLimit: 2 } });
    },
  },
  {
    name: 'sharing config copies',
    work: async (it) => {
      await it.makeService('second');
      await it.objects.apply(BLUE_GREENS, 'second', {
        spec: { ...specOf(configured), services: { active: 'second' } },
      });
      await eventually(
        'both to own the copies',
        async () => [...(await copiesOf(it, 'settings')), ...(await secretCopiesOf(it, 'token'))],
        (copies) => copies.length === 2 && copies.every(({ metadata }) => metadata?.ownerReferences?.length === 2),
      );
    },
  },
  {
    name: 'giving up copies and records',
    work: async (it) => {
      for (const edit of ['1', '2', '3']) {
        await it.configure('settings', { GREETING: edit });
        await it.conceal('token', { TOKEN: edit });
        await untilContent(it, 'web.env.TOKEN', edit);
        await untilContent(it, 'web.env.GREETING', edit);
      }
      await it.objects.delete(BLUE_GREENS, 'second');
      await eventually(
        'two releases with their copies',
        async () => [await releases(it), await copiesOf(it, 'settings'), await secretCopiesOf(it, 'token')],
        (all) => all.every(({ length }) => length === 2),
      );
    },
  },
  {
    name: 'a way back',
    work: async (it) => {
      await it.release({ ...configured, image: 'ready:v2', retireAfterSeconds: 600 });
      const { status } = await it.blueGreen();
      const decision = { revision: status?.active ?? '', action: 'Rollback' as const };
      await it.apply({ ...configured, image: 'ready:v2', retireAfterSeconds: 0, decision });
      await eventually(
        'the earlier release to serve',
        () => it.behind('web'),
        (images) => images.size === 1 && images.has('ready:v1'),
      );
      await untilAtRest(it);
    },
  },
  {
    name: 'telling why pods are not ready',
    work: async (it) => {
      await it.apply({ ...configured, image: 'crash:v3' });
      await it.until('to name the reason', ({ status }) => status.step.waitingFor?.includes('CrashLoop') === true);
      await it.release({ ...configured, image: 'ready:v3' });
      await untilAtRest(it);
    },
  },
  {
    name: 'putting a selector back, again and again',
    work: async (it) => {
      for (const app of ['a', 'b', 'a', 'a']) {
        await it.objects.patch(SERVICES, 'web', { spec: { selector: { app } } });
        await eventually(
          'the selector to be put back',
          () => it.selector('web'),
          (found) => found?.['app'] === undefined,
        );
      }
    },
  },
  {
    name: 'a Job as a check',
    work: async (it) => {
      const template = { spec: { template: { spec: { containers: [{ name: 'smoke', image: 'ready:smoke' }] } } } };
      await it.apply({ ...configured, image: 'ready:v4', checks: { before: [{ name: 'smoke', job: { template } }] } });
      await failJob(it);
      await it.until('to fail', ({ status }) => status.history[0]?.outcome === 'Failed');
      await eventually(
        'no Job that is left',
        () => it.objects.list<V1Job>(JOBS),
        ({ length }) => length === 0,
      );
      await it.release({ ...configured, image: 'ready:v3' });
    },
  },
  {
    name: 'shared config in waves',
    work: async (it) => {
      await it.objects.apply(CONFIG_ROLLOUTS, 'settings', {
        spec: { source: { configMap: 'settings', quietSeconds: 0 } },
      });
      await eventually(
        'the rollout to be seen',
        () => it.objects.get<ConfigRollout>(CONFIG_ROLLOUTS, 'settings'),
        ({ status }) => status?.current !== undefined,
      );
      await it.configure('settings', { GREETING: 'in a wave' });
      await untilContent(it, 'web.env.GREETING', 'in a wave');
    },
  },
  {
    name: 'shared config for workloads of others',
    work: async (it) => {
      const labels = { app: 'plain' };
      const spec = {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'app', image: 'ready:v1', envFrom: [{ configMapRef: { name: 'settings' } }] }] },
        },
      };
      const metadata = { annotations: { [ANNOTATION_CONFIG_ROLLOUT]: 'settings' } };
      await it.objects.apply(DEPLOYMENTS, 'plain', { metadata, spec });
      await it.objects.apply(STATEFUL_SETS, 'plain', { metadata, spec: { ...spec, serviceName: 'plain' } });
      await eventually(
        'both to name a copy',
        () =>
          Promise.all([
            it.objects.get<V1Deployment>(DEPLOYMENTS, 'plain'),
            it.objects.get<V1StatefulSet>(STATEFUL_SETS, 'plain'),
          ]),
        (found) => found.every((one) => one.metadata?.annotations?.[ANNOTATION_CONFIG_COPIES] !== undefined),
      );
    },
  },
  {
    name: 'telling what is missing',
    work: async (it) => {
      await it.objects.delete(SECRETS, 'token');
      await it.until('to be Stalled', ({ status }) =>
        status.conditions.some(({ reason }) => reason === 'SecretMissing'),
      );
      await it.conceal('token', { TOKEN: '3' });
      await it.serving('ready:v3');
    },
  },
];

/** Deletes the BlueGreen and leaves all that it made. */
export const orphan = async (it: Scene): Promise<void> => {
  await it.objects.delete(BLUE_GREENS, 'web', 'Orphan');
  await eventually(
    'the BlueGreen to be gone',
    () => it.objects.find(BLUE_GREENS, 'web'),
    (found) => found === undefined,
  );
};

/**
 * Taking over what an earlier BlueGreen left. Apart because it does not work where OwnerReferencesPermissionEnforcement
 * runs: who changes the owner of a Deployment there must be allowed to delete it, and the operator is not.
 */
export const adoption: Feature = {
  name: 'taking over orphans',
  work: async (it) => {
    const before = await it.deployment('blue');
    await orphan(it);
    await it.release({ ...configured, image: 'ready:v3' });
    await eventually(
      'the Deployment to have an owner again',
      () => it.deployment('blue'),
      (found) => found?.metadata?.uid === before?.metadata?.uid && found?.metadata?.ownerReferences?.length === 1,
    );
  },
};

/** Permissions that none of that work needs, by the feature that does; why they are granted all the same. */
export const NOT_SHOWN: Readonly<Record<string, readonly string[]>> = {
  // An admission plugin asks for it, not a request: see the test with watchNamespaces, where that plugin is on.
  'owning objects': ['update bluegreens/finalizers.relevo.dev'],
};
