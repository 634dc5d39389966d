import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensurePki, type Pki } from './pki.ts';
import { freePorts } from '../process/ports.ts';
import { ChildError, lastLines, startChild, type Child, type ChildOptions } from '../process/child.ts';
import type { Tools } from '../tools/tools.ts';

export interface ControlPlaneOptions {
  /** Folder for data, certificates and logs; must be empty or that of an earlier control plane. */
  dir: string;
  tools: Pick<Tools, 'path'>;
  report?: (line: string) => void;
  signal: AbortSignal;
  /** Write requests are in the audit log; with this, reads by service accounts too (the controllers' own left out). */
  auditReads?: boolean;
  /** Admission plugins beside those that are on by default. */
  admissionPlugins?: readonly string[];
  /** Which of the controller manager's controllers run; none: no controller manager. */
  controllers?: readonly string[];
  /**
   * Runs when the API server is ready and no controller yet. Kinds that are defined here are known to the garbage
   * collector from its start; it looks for new ones only every 30 s.
   */
  prepare?: (kubeconfigPath: string) => Promise<void>;
  /** Time that the API server may take to become ready. */
  readyTimeoutMs?: number;
}

/** An API server with its store and a few controllers, and no node: pods stay pending unless somebody runs them. */
export interface ControlPlane {
  /** Kubeconfig of a cluster admin. */
  kubeconfigPath: string;
  url: string;
  /** One JSON object (audit.k8s.io/v1 Event) for each write request that was answered. */
  auditLog: string;
  /**
   * The API server can be taken away for a while, and the controllers with it: a controller manager that loses its API
   * server loses its lease and ends.
   */
  apiServer: { stop(): Promise<void>; start(): Promise<void> };
  stop(): Promise<void>;
}

/** What a Deployment takes to become pods behind a Service, and what clears up after it. */
export const DEFAULT_CONTROLLERS: readonly string[] = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
];

/** Programs that live for minutes may take more memory, so that less time goes into collecting it (Go's GOGC, 100). */
const childEnv = (): NodeJS.ProcessEnv => ({ ...process.env, GOGC: '400' });

const auditPolicy = (auditReads: boolean) => ({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  // The first rule that matches decides.
  rules: [
    { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'None', userGroups: ['system:serviceaccounts:kube-system'] },
    ...(auditReads ? [{ level: 'Metadata', userGroups: ['system:serviceaccounts'] }] : []),
    { level: 'None' },
  ],
});

const isReady = async (url: string, pki: Pki, signal: AbortSignal): Promise<boolean> => {
  const [ca, cert, key] = await Promise.all(
    [pki.cert('ca'), pki.cert('admin'), pki.key('admin')].map((path) => readFile(path)),
  );
  const asked = request(`${url}/readyz`, { ca, cert, key, signal, agent: false });
  try {
    asked.end();
    const [response] = await once(asked, 'response');
    response.resume();
    return response.statusCode === 200;
  } catch {
    signal.throwIfAborted();
    return false;
  }
};

const etcdOptions = (dir: string, tools: Pick<Tools, 'path'>, client: number, peer: number): ChildOptions => ({
  name: 'etcd',
  command: tools.path('etcd'),
  args: [
    `--data-dir=${join(dir, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    // The data need not outlive the machine, and an fsync for each write would take most of the time.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ],
  log: join(dir, 'log', 'etcd.log'),
});

const apiServerOptions = (
  dir: string,
  tools: Pick<Tools, 'path'>,
  pki: Pki,
  port: number,
  etcd: number,
): ChildOptions => ({
  name: 'kube-apiserver',
  command: tools.path('kube-apiserver'),
  args: [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--client-ca-file=${pki.cert('ca')}`,
    `--tls-cert-file=${pki.cert('apiserver')}`,
    `--tls-private-key-file=${pki.key('apiserver')}`,
    `--service-account-key-file=${pki.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${pki.key('service-account')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    '--authorization-mode=RBAC',
    // One client at a time here: queues for fairness only add delay.
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    `--audit-policy-file=${join(dir, 'audit-policy.json')}`,
    `--audit-log-path=${join(dir, 'log', 'audit.log')}`,
    '--audit-log-mode=blocking',
  ],
  log: join(dir, 'log', 'kube-apiserver.log'),
});

const managerOptions = (
  dir: string,
  tools: Pick<Tools, 'path'>,
  pki: Pki,
  controllers: readonly string[],
): ChildOptions => ({
  name: 'kube-controller-manager',
  command: tools.path('kube-controller-manager'),
  args: [
    `--kubeconfig=${pki.kubeconfig('controller-manager')}`,
    `--controllers=${controllers.join(',')}`,
    '--use-service-account-credentials',
    '--leader-elect=false',
    '--secure-port=0',
    `--service-account-private-key-file=${pki.key('service-account')}`,
    `--root-ca-file=${pki.cert('ca')}`,
    // The defaults (20 and 30) would be the slowest part of a test.
    '--kube-api-qps=2000',
    '--kube-api-burst=4000',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
    '--concurrent-service-endpoint-syncs=20',
  ],
  log: join(dir, 'log', 'kube-controller-manager.log'),
});

/**
 * Starts etcd, kube-apiserver and kube-controller-manager as plain processes on free loopback ports: no root, no
 * container, ready in a few seconds. They end with this process, however it ends.
 */
export const startControlPlane = async (options: ControlPlaneOptions): Promise<ControlPlane> => {
  const { dir, tools, report, signal, controllers = DEFAULT_CONTROLLERS, prepare, readyTimeoutMs = 60_000 } = options;
  const { auditReads = false, admissionPlugins = [] } = options;
  await mkdir(join(dir, 'log'), { recursive: true });
  const [port = 0, client = 0, peer = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${port}`;
  const pki = await ensurePki({ dir: join(dir, 'pki'), servers: ['127.0.0.1', 'localhost'], serverUrl: url, signal });
  await writeFile(join(dir, 'audit-policy.json'), JSON.stringify(auditPolicy(auditReads)));

  const running = new Map<string, Child>();
  const start = async (child: ChildOptions): Promise<Child> => {
    const started = await startChild({ env: childEnv(), ...child });
    running.set(child.name, started);
    return started;
  };
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((child) => child.stop()));
    running.clear();
  };
  const startApiServer = async (): Promise<void> => {
    const server = apiServerOptions(dir, tools, pki, port, client);
    const plugins = admissionPlugins.length > 0 ? [`--enable-admission-plugins=${admissionPlugins.join(',')}`] : [];
    const child = await start({ ...server, args: [...server.args, ...plugins] });
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(readyTimeoutMs)]);
    while (!(await isReady(url, pki, deadline))) {
      if (!child.running()) {
        const said = await lastLines(child.log, 15);
        throw new ChildError(`Expected kube-apiserver to become ready, it ended. Its log ${child.log} says:\n${said}`);
      }
      await sleep(50, undefined, { signal: deadline });
    }
  };
  const startControllers = async (): Promise<void> => {
    if (controllers.length > 0) await start(managerOptions(dir, tools, pki, controllers));
  };
  try {
    report?.('control plane: starting etcd and kube-apiserver');
    await start(etcdOptions(dir, tools, client, peer));
    await startApiServer();
    await prepare?.(pki.kubeconfig('admin'));
    await startControllers();
    report?.(`control plane: ready at ${url}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfigPath: pki.kubeconfig('admin'),
    url,
    auditLog: join(dir, 'log', 'audit.log'),
    apiServer: {
      stop: async () => {
        await running.get('kube-controller-manager')?.stop();
        await running.get('kube-apiserver')?.stop();
      },
      start: async () => {
        await startApiServer();
        await startControllers();
      },
    },
    stop,
  };
};
