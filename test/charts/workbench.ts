import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_CONTROLLERS, startControlPlane } from '../../k8s/local/control-plane/control-plane.ts';
import type { Cluster } from '../../k8s/local/install/cluster.ts';
import { ensureTools } from '../../k8s/local/tools/tools.ts';
import { Manifests } from './manifests.ts';
import type { Ended } from './program.ts';
import { runProgram, succeed } from './program.ts';

/** The charts of this repository. */
export const CHARTS = {
  operator: fileURLToPath(new URL('../../charts/operator', import.meta.url)),
  service: fileURLToPath(new URL('../../charts/service', import.meta.url)),
} as const;

/** Helm in a folder of its own: nothing of the person who runs the tests is read or written. */
export interface Workbench {
  helm(args: readonly string[], input?: string): Promise<Ended>;
  /** What a chart renders with these arguments to `helm template`. */
  render(chart: keyof typeof CHARTS, args?: readonly string[]): Promise<Manifests>;
  stop(): Promise<void>;
}

/** Helm, kubectl and a real API server. */
export interface ClusterWorkbench extends Workbench {
  kubectl(args: readonly string[], input?: string): Promise<Ended>;
  /** The same as something to install into. */
  readonly cluster: Cluster;
  /** A new namespace in which the restricted Pod Security standard is enforced. */
  restrictedNamespace(name: string): Promise<void>;
}

const open = async () => {
  const home = await mkdtemp(join(tmpdir(), 'relevo-charts-'));
  const tools = await ensureTools({ signal: AbortSignal.timeout(30_000) });
  return { home, tools };
};

const workbench = (home: string, helmPath: string, env: Record<string, string>): Workbench => {
  const helm = async (args: readonly string[], input?: string) => runProgram(helmPath, args, { env, input });
  return {
    helm,
    render: async (chart, args = []) => {
      const image = ['--set', 'image.repository=registry.example.com/app', '--set', 'image.tag=v1'];
      const text = await succeed(helm(['template', 'users', CHARTS[chart], '--namespace', 'shop', ...image, ...args]));
      return new Manifests(text);
    },
    stop: async () => rm(home, { recursive: true, force: true }),
  };
};

/** A workbench without an API server, for what rendering alone decides. */
export const openWorkbench = async (): Promise<Workbench> => {
  const { home, tools } = await open();
  return workbench(home, tools.path('helm'), { HOME: home });
};

/** Not `kubectl wait`: it fails on a definition so new that its conditions are still null. */
const served = async (kubectl: ClusterWorkbench['kubectl'], signal: AbortSignal): Promise<void> => {
  while ((await kubectl(['get', 'bluegreens'])).code !== 0) await sleep(50, undefined, { signal });
};

/** A workbench with an API server that knows BlueGreens. */
export const openClusterWorkbench = async (): Promise<ClusterWorkbench> => {
  const { home, tools } = await open();
  const stopping = new AbortController();
  const controlPlane = await startControlPlane({
    dir: join(home, 'cluster'),
    tools,
    signal: stopping.signal,
    controllers: [...DEFAULT_CONTROLLERS, 'clusterrole-aggregation-controller'],
  });
  const env = { HOME: home, KUBECONFIG: controlPlane.kubeconfigPath };
  const bench = workbench(home, tools.path('helm'), env);
  const kubectl = async (args: readonly string[], input?: string) =>
    runProgram(tools.path('kubectl'), args, { env, input });
  const stop = async () => {
    stopping.abort();
    await controlPlane.stop();
    await bench.stop();
  };
  try {
    await succeed(kubectl(['create', '--filename', join(CHARTS.operator, 'files')]));
    await served(kubectl, AbortSignal.timeout(30_000));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...bench,
    kubectl,
    cluster: {
      description: 'the API server of a test',
      kubectl: [tools.path('kubectl')],
      helm: [tools.path('helm')],
      env,
      exclusive: true,
      words: { kubectl: 'kubectl', helm: 'helm' },
    },
    restrictedNamespace: async (name) => {
      await succeed(kubectl(['create', 'namespace', name]));
      await succeed(kubectl(['label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted']));
    },
    stop,
  };
};
