import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Container, V1PodSpec, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../operator/api/bluegreen.ts';
import { connector } from '../../operator/cli/connect.ts';
import type { Finding } from '../../operator/cli/explain/finding.ts';
import { run } from '../../operator/cli/run.ts';
import { BLUE_GREENS, SERVICES } from '../../operator/controllers/resources.ts';
import { systemClock } from '../../operator/runtime/clock.ts';
import { resourcePath } from '../../operator/runtime/resource.ts';
import { eventually } from '../api/eventually.ts';
import { Objects } from '../api/objects.ts';
import { accessByFile } from '../demo/kube-access.ts';
import { readEnvironment } from './environment.ts';

const NAMESPACE = 'explain';
const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false };

const { kubeconfigPath, images } = readEnvironment();
const over = new AbortController();
const { client } = accessByFile(kubeconfigPath);
const objects = new Objects(client, NAMESPACE, over.signal);

/** One way to be stuck that only a real kubelet, scheduler or container shows. */
interface Case {
  name: string;
  container?: Partial<V1Container>;
  pod?: Partial<V1PodSpec>;
  cause: string;
  /** What the explanation must say, in the sentence, in what was seen, or in the next steps. */
  says: string[];
  /** What the one sentence in status must say. */
  waitingFor: string[];
}

const STARTS_NEVER: Partial<V1Container> = { command: ['node', '-e', 'setInterval(() => {}, 1000)'] };
const GREEDY = 'const all = []; for (;;) all.push(Buffer.alloc(8_000_000, 1));';

const CASES: readonly Case[] = [
  {
    name: 'image',
    container: { image: 'relevo.invalid/nothing:1' },
    cause: 'ImageMissing',
    says: ['relevo.invalid/nothing:1', 'Check its name and tag', 'imagePullSecrets'],
    waitingFor: ['container app is in'],
  },
  {
    name: 'config',
    container: { env: [{ name: 'PAGE_SIZE', value: 'many' }] },
    cause: 'CrashByConfig',
    says: ['says that its configuration is wrong', 'PAGE_SIZE', '--previous'],
    waitingFor: ['exit code 1', 'PAGE_SIZE'],
  },
  {
    name: 'memory',
    container: { command: ['node', '-e', GREEDY], resources: { limits: { memory: '48Mi' } } },
    cause: 'OutOfMemory',
    says: ['more memory than its limit', 'resources.limits.memory'],
    waitingFor: ['exit code 137, OOMKilled'],
  },
  {
    name: 'program',
    container: { command: ['/no/such/program'] },
    cause: 'CannotRun',
    says: ['cannot be started', '/no/such/program', 'command and args'],
    waitingFor: ['container app'],
  },
  {
    name: 'room',
    container: { resources: { requests: { cpu: '1000' } } },
    cause: 'Unschedulable',
    says: ['no node takes it', 'Insufficient cpu', 'request less'],
    waitingFor: ['it cannot be scheduled', 'Insufficient cpu'],
  },
  {
    name: 'node',
    pod: { nodeSelector: { disk: 'golden' } },
    cause: 'Unschedulable',
    says: ['no node takes it', 'nodeSelector or affinity'],
    waitingFor: ['it cannot be scheduled', 'selector'],
  },
  {
    name: 'probe',
    container: { readinessProbe: { httpGet: { path: '/no-such-path', port: 'management' }, periodSeconds: 1 } },
    cause: 'FailingReadinessProbe',
    says: ['its readiness probe fails', 'statuscode: 404'],
    waitingFor: ['container app runs but is not ready'],
  },
  {
    name: 'slow',
    container: {
      ...STARTS_NEVER,
      startupProbe: { tcpSocket: { port: 'management' }, periodSeconds: 1, failureThreshold: 600 },
      readinessProbe: { tcpSocket: { port: 'management' } },
    },
    cause: 'SlowStart',
    says: ['is not ready yet', 'Startup probe failed', 'progressDeadlineSeconds'],
    waitingFor: ['container app runs but is not ready'],
  },
  {
    name: 'secret',
    container: { envFrom: [{ secretRef: { name: 'password' } }] },
    cause: 'MissingSecret',
    says: ['Secret password does not exist, and container app needs it'],
    waitingFor: ['CreateContainerConfigError', 'secret "password" not found'],
  },
  {
    name: 'volume',
    container: { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] },
    pod: { volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] },
    cause: 'MissingSecret',
    says: ['Secret keys does not exist, and a volume needs it'],
    waitingFor: ['its volumes or its network are not ready (it mounts Secret keys)'],
  },
  {
    name: 'key',
    container: { env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'kube-root-ca.crt', key: 'LEVEL' } } }] },
    cause: 'MissingKey',
    says: ['has no key LEVEL, and container app needs it', 'Add the key'],
    waitingFor: ["couldn't find key LEVEL in ConfigMap"],
  },
];

/** All of them get stuck side by side: most of the time is the kubelet's patience. */
const apply = async ({ name, container, pod }: Case): Promise<void> => {
  await objects.apply<V1Service>(SERVICES, name, { spec: { ports: [{ port: 80, targetPort: 'http' }] } });
  const { repository, tag } = images.users;
  await objects.apply<BlueGreen>(BLUE_GREENS, name, {
    spec: {
      replicas: 1,
      services: { active: name },
      template: {
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'app',
              image: `${repository}:${tag}`,
              terminationMessagePolicy: 'FallbackToLogsOnError',
              ports: [
                { name: 'http', containerPort: 8080 },
                { name: 'management', containerPort: 9090 },
              ],
              ...container,
            },
          ],
          ...pod,
        },
      },
    },
  });
};

beforeAll(async () => {
  const metadata = { name: NAMESPACE };
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
  await client.create(resourcePath(NAMESPACES, {}), body, { signal: over.signal });
  await Promise.all(CASES.map((one) => apply(one)));
});

afterAll(async () => {
  over.abort();
  await client.delete(resourcePath(NAMESPACES, { name: NAMESPACE }), { signal: AbortSignal.timeout(30_000) });
  client.close();
});

const explain = async (name: string): Promise<Finding[]> => {
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const args = ['explain', name, '-n', NAMESPACE, '--kubeconfig', kubeconfigPath, '-o', 'json'];
  const connect = connector({});
  await run(args, { stdout, stderr: stdout, environment: {}, clock: systemClock, connect, signal: over.signal });
  const answer: { findings: Finding[] } = JSON.parse(text);
  return answer.findings;
};

test.each(CASES)('explain and status say why it does not move: $name', async ({ name, cause, says, waitingFor }) => {
  const { findings } = await eventually(
    `explain to name ${cause}, and status to say ${waitingFor.join(' and ')}`,
    async () => {
      const { status } = await objects.get<BlueGreen>(BLUE_GREENS, name);
      return { findings: await explain(name), waitingFor: status?.step?.waitingFor ?? '' };
    },
    (seen) => {
      const [first] = seen.findings;
      const told = [first?.what, ...(first?.seen ?? []), ...(first?.next ?? [])].join('\n');
      return (
        first?.cause === cause &&
        says.every((part) => told.includes(part)) &&
        waitingFor.every((part) => seen.waitingFor.includes(part))
      );
    },
    120_000,
  );
  expect(findings).toHaveLength(1);
});
