import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import type { V1ConfigMap, V1ResourceQuota } from '@kubernetes/client-node';
import type { BlueGreen } from '../../../operator/api/bluegreen.ts';
import { contentHash } from '../../../operator/api/hash.ts';
import {
  BLUE_GREENS,
  CONFIG_MAPS,
  CONTROLLER_REVISIONS,
  DEPLOYMENTS,
  SERVICES,
} from '../../../operator/controllers/resources.ts';
import type { Finding } from '../../../operator/cli/explain/finding.ts';
import { loadConnection, type Connection } from '../../../operator/runtime/connection.ts';
import type { Resource } from '../../../operator/runtime/resource.ts';
import { eventually } from '../eventually.ts';
import { sceneWithoutOperator, type Scene } from '../scene.ts';
import { relevo } from './command-line.ts';

const QUOTAS: Resource = {
  group: '',
  version: 'v1',
  plural: 'resourcequotas',
  kind: 'ResourceQuota',
  namespaced: true,
};

/** What must be said of one way to be stuck. */
interface Expected {
  cause: string;
  /** Parts of the sentence that names the cause. */
  what: string[];
  /** Part of a next step. */
  next: string;
  /** Parts of the one sentence in status. */
  waitingFor: string[];
  /** 0 when it goes on by itself. */
  exitCode?: number;
}

/** Waits until `explain` names the cause first and status says it, too; gives what should have been said and was not. */
const unsaid = async (it: Scene, expected: Expected): Promise<string[]> => {
  const { cause, what, next, waitingFor, exitCode = 3 } = expected;
  const seen = await eventually(
    `explain to name ${cause}`,
    async () => {
      const ran = await relevo(it, 'explain', 'web', '-o', 'json');
      const answer: { findings: Finding[] } = JSON.parse(ran.stdout);
      const { status } = await it.blueGreen();
      return { exitCode: ran.exitCode, findings: answer.findings, waitingFor: status?.step?.waitingFor ?? '' };
    },
    ({ findings, waitingFor: found }) =>
      findings[0]?.cause === cause && waitingFor.every((part) => found.includes(part)),
  );
  const [first] = seen.findings;
  // What is said to programs is said to people as well.
  const { stdout } = await relevo(it, 'explain', 'web');
  return [
    ...what.filter((part) => first?.what.includes(part) !== true || !stdout.includes(part)),
    ...[next].filter((part) => first?.next.join('\n').includes(part) !== true),
    ...(seen.exitCode === exitCode ? [] : [`exit code ${exitCode}, not ${seen.exitCode}`]),
  ];
};

/** A test body in a scene whose operator leads by a lease of its own, as in a real cluster. */
const led = (body: (it: Scene) => Promise<void>, connect?: (it: Scene) => Promise<Connection>): (() => Promise<void>) =>
  sceneWithoutOperator(async (it) => {
    await it.startOperator(await connect?.(it), { namespace: it.namespace });
    await body(it);
  });

const change = (it: Scene, spec: object): Promise<BlueGreen> => it.objects.patch(BLUE_GREENS, 'web', { spec });

const withConfig = { container: { envFrom: [{ configMapRef: { name: 'settings' } }] } };

test(
  'explain: the image is missing',
  led(async (it) => {
    const { status } = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'no-image:v2' });
    expect(
      await unsaid(it, {
        cause: 'ImageMissing',
        what: ['the image no-image:v2 of container web cannot be pulled (ImagePullBackOff)', '(and 1 more)'],
        next: `Or stay with ${status.active}: kubectl relevo abort web`,
        waitingFor: ['container web is in ImagePullBackOff'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the container crashes',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'crash:v2' });
    expect(
      await unsaid(it, {
        cause: 'Crash',
        what: ['container web ends with exit code 1 again and again'],
        next: 'kubectl logs web-green-',
        waitingFor: ['container web is in CrashLoopBackOff (exit code 1)'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a slow start',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    const readinessProbe = { httpGet: { path: '/ready', port: 'http' } };
    await it.apply({ image: 'never-ready:v2', container: { readinessProbe } });
    expect(
      await unsaid(it, {
        cause: 'SlowStart',
        what: ['container web has been running for', 'is not ready yet'],
        next: 'until spec.progressDeadlineSeconds',
        waitingFor: ['container web runs but is not ready'],
        exitCode: 0,
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a quota allows no pod',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.objects.create<V1ResourceQuota>(QUOTAS, 'small', { spec: { hard: { pods: '2' } } });
    // The quota controller does not run here: this is what it would find.
    const path = `/api/v1/namespaces/${it.namespace}/resourcequotas/small/status`;
    const status = { hard: { pods: '2' }, used: { pods: '2' } };
    await it.client.patch(path, { status }, { signal: it.signal, type: 'merge' });
    await it.apply({ image: 'ready:v2' });
    expect(
      await unsaid(it, {
        cause: 'QuotaExceeded',
        what: ['exceeded quota: small'],
        next: `kubectl describe resourcequota -n ${it.namespace}`,
        waitingFor: ['exceeded quota: small'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a Service is missing',
  led(async (it) => {
    await it.objects.delete(SERVICES, 'web-preview');
    await it.apply({ image: 'ready:v1' });
    expect(
      await unsaid(it, {
        cause: 'MissingService',
        what: ['Service web-preview (spec.services.preview) does not exist'],
        next: 'kubectl create service clusterip web-preview',
        waitingFor: ['Service web-preview (spec.services.preview) does not exist'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a ConfigMap is missing',
  led(async (it) => {
    await it.apply({ image: 'ready:v1', ...withConfig });
    expect(
      await unsaid(it, {
        cause: 'MissingConfigMap',
        what: ['ConfigMap settings does not exist; it is needed by envFrom of container web'],
        next: 'Make it',
        waitingFor: ['ConfigMap settings does not exist'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a key of a ConfigMap is missing',
  led(async (it) => {
    await it.configure('settings', { GREETING: 'hello' });
    const env = [{ name: 'SIZE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'SIZE' } } }];
    await it.apply({ image: 'ready:v1', container: { env } });
    expect(
      await unsaid(it, {
        cause: 'MissingKey',
        what: ['ConfigMap settings-', 'has no key SIZE, and container web needs it'],
        next: 'Add the key',
        waitingFor: ['container web is in CreateContainerConfigError', "couldn't find key SIZE in ConfigMap"],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the operator may not read Secrets',
  led(async (it) => {
    await it.apply({ image: 'ready:v1', container: { envFrom: [{ secretRef: { name: 'password' } }] } });
    await change(it, { config: { secrets: 'Restart' } });
    expect(
      await unsaid(it, {
        cause: 'SecretsNotAllowed',
        what: ['The operator may not read Secrets'],
        next: '--set secrets.access=true',
        waitingFor: ['secrets.access'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the template is invalid',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', container: { ports: [{ containerPort: 100_000 }] } });
    expect(
      await unsaid(it, {
        cause: 'InvalidTemplate',
        what: ['The API server refuses the pod template', 'containerPort'],
        next: 'Mend spec.template',
        waitingFor: ['the API server refuses the template', 'containerPort'],
      }),
    ).toEqual([]);
  }),
);

/** As a service account that may do all that the operator does, but for writing Deployments. */
const withoutDeployments = async (it: Scene): Promise<Connection> => {
  const admin = await loadConnection({ KUBECONFIG: it.environment.kubeconfigPath });
  const user = `system:serviceaccount:${it.namespace}:operator`;
  const role: Resource = {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    plural: 'roles',
    kind: 'Role',
    namespaced: true,
  };
  const verbs = ['*'];
  await it.objects.create(role, 'operator', {
    rules: [
      {
        apiGroups: ['', 'relevo.dev', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io'],
        resources: ['*'],
        verbs,
      },
      { apiGroups: ['batch'], resources: ['*'], verbs },
      { apiGroups: ['apps'], resources: ['controllerrevisions', 'statefulsets'], verbs },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list', 'watch'] },
    ],
  });
  await it.objects.create({ ...role, plural: 'rolebindings', kind: 'RoleBinding' }, 'operator', {
    roleRef: { apiGroup: role.group, kind: 'Role', name: 'operator' },
    subjects: [{ apiGroup: role.group, kind: 'User', name: user }],
  });
  return {
    getCurrentCluster: () => admin.getCurrentCluster(),
    applyToHTTPSOptions: async (request) => {
      await admin.applyToHTTPSOptions(request);
      request.headers = Object.assign({}, request.headers, { 'Impersonate-User': user });
    },
  };
};

test(
  'explain: the operator lacks a permission',
  led(async (it) => {
    await it.apply({ image: 'ready:v1' });
    expect(
      await unsaid(it, {
        cause: 'OperatorNotAllowed',
        what: ['The operator lacks a permission', 'deployments.apps'],
        next: 'Upgrade its chart',
        waitingFor: ['cannot', 'deployments.apps'],
      }),
    ).toEqual([]);
  }, withoutDeployments),
);

test(
  "explain: a Deployment has a slot's name",
  led(async (it) => {
    const labels = { app: 'other' };
    await it.objects.create(DEPLOYMENTS, 'web-blue', {
      metadata: { annotations: { 'meta.helm.sh/release-name': 'shop' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'other', image: 'ready:v1' }] } },
      },
    });
    await it.apply({ image: 'ready:v1' });
    expect(
      await unsaid(it, {
        cause: 'NameTaken',
        what: ['Deployment web-blue has the name of slot blue and belongs to Helm release shop'],
        next: 'kubectl get deployment web-blue',
        waitingFor: ['Deployment web-blue is not owned by this BlueGreen'],
      }),
    ).toEqual([]);
  }),
);

test(
  "explain: a ConfigMap has a copy's name",
  led(async (it) => {
    const data = { GREETING: 'hello' };
    await it.configure('settings', data);
    const copy = `settings-${contentHash({ data })}`;
    await it.objects.create<V1ConfigMap>(CONFIG_MAPS, copy, { data: { GREETING: 'mine' } });
    await it.apply({ image: 'ready:v1', ...withConfig });
    expect(
      await unsaid(it, {
        cause: 'CopyNameTaken',
        what: [`ConfigMap ${copy} has the name of a config copy and is none`],
        next: `kubectl delete configmap ${copy}`,
        waitingFor: [copy, 'delete or rename it'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a check fails',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    // Nothing answers at the addresses of these pods.
    const http = { path: '/', expect: { statuses: ['200'] } };
    const before = [{ name: 'smoke', timeoutSeconds: 1, intervalSeconds: 1, failuresAllowed: 1000, http }];
    await change(it, { checks: { before } });
    await it.apply({ image: 'ready:v2' });
    await change(it, { checks: { before } });
    expect(
      await unsaid(it, {
        cause: 'CheckFailing',
        what: ['Check smoke (http) of web-', 'has failed'],
        next: 'kubectl relevo abort web',
        waitingFor: ['smoke'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a check gets no data',
  led(async (it) => {
    const prometheus = createServer((_, answer) => {
      answer.setHeader('Content-Type', 'application/json');
      answer.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }));
    });
    await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
    const address = prometheus.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    try {
      await it.release({ image: 'ready:v1' });
      const query = { address: `http://127.0.0.1:${port}`, query: 'errors', condition: 'value < 0.01' };
      const before = [{ name: 'errors', intervalSeconds: 1, inconclusiveAllowed: 1000, prometheus: query }];
      await change(it, {
        checks: { before },
        template: { spec: { containers: [{ name: 'web', image: 'ready:v2' }] } },
      });
      expect(
        await unsaid(it, {
          cause: 'CheckWithoutData',
          what: ['Check errors (prometheus) of web-', 'never a pass'],
          next: 'Try the query where Prometheus is',
          waitingFor: ['errors'],
        }),
      ).toEqual([]);
    } finally {
      prometheus.close();
    }
  }),
);

test(
  'explain: a person has to promote it',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await change(it, {
      promotion: { mode: 'Manual' },
      template: { spec: { containers: [{ name: 'web', image: 'ready:v2' }] } },
    });
    expect(
      await unsaid(it, {
        cause: 'AwaitingPromotion',
        what: ['is ready and waits for a person'],
        next: 'kubectl relevo promote web',
        waitingFor: ['a person to promote', 'kubectl relevo promote web'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: it is paused',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', paused: true });
    await it.until('to be paused', ({ status }) => status.step.waitingFor?.includes('paused') === true);
    expect(
      await unsaid(it, {
        cause: 'Paused',
        what: ['Releases are paused (spec.paused)', 'stays in step Waiting'],
        next: 'kubectl relevo resume web',
        waitingFor: ['spec.paused to be false'],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the other slot is retiring',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.release({ image: 'ready:v2', retireAfterSeconds: 600 });
    await it.apply({ image: 'ready:v3', retireAfterSeconds: 600 });
    expect(
      await unsaid(it, {
        cause: 'SlotRetiring',
        what: ['waits for the slot that lost its traffic a moment ago'],
        next: 'spec.switch.retireAfterSeconds',
        waitingFor: ['the retire time of slot blue'],
        exitCode: 0,
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: a soak',
  led(async (it) => {
    await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'ready:v2', soakSeconds: 600 });
    expect(
      await unsaid(it, {
        cause: 'Soaking',
        what: ['is watched for 600 s before it goes live'],
        next: 'kubectl relevo promote web',
        waitingFor: ['the soak of 600 s'],
        exitCode: 0,
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the revision was aborted',
  led(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1' });
    await it.apply({ image: 'never-ready:v2' });
    const { status } = await it.until('to fill', (bg) => bg.status.step.name === 'Filling');
    await relevo(it, 'abort', 'web');
    expect(
      await unsaid(it, {
        cause: 'ReleaseAborted',
        what: [`${status.target} was aborted and is not tried again by itself; ${first.active} serves`],
        next: 'kubectl relevo retry web',
        waitingFor: [`the spec to change: ${status.target} was aborted`],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: the release to go back to is gone',
  led(async (it) => {
    const { status: first } = await it.release({ image: 'ready:v1', retireAfterSeconds: 0 });
    const { status: second } = await it.release({ image: 'ready:v2', retireAfterSeconds: 0 });
    await it.until('to rest', ({ status }) => status.step.name === 'Stable');
    await it.objects.delete(CONTROLLER_REVISIONS, first.active ?? '');
    const decision = { revision: second.active, action: 'Rollback', to: first.active };
    await change(it, { decision });
    expect(
      await unsaid(it, {
        cause: 'RollbackTargetGone',
        what: [`${first.active}`, 'is gone'],
        next: 'kubectl relevo retry web',
        waitingFor: [first.active ?? ''],
      }),
    ).toEqual([]);
  }),
);

test(
  'explain: nothing keeps it',
  led(async (it) => {
    const { status } = await it.release({ image: 'ready:v1' });
    const { stdout, exitCode } = await relevo(it, 'explain', 'web');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing keeps it');
    expect(stdout).toContain(`${status.active} serves: 2 of 2 pods ready`);
  }),
);
