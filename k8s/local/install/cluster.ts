import { run } from '../process/command.ts';
import { directEnv } from '../node/direct-env.ts';
import type { LocalNode } from '../node/node.ts';
import { findProgram } from '../system/packages.ts';
import type { Report } from '../process/report.ts';

/** A cluster that Relevo can be installed into: programs with the arguments that point them at it. */
export interface Cluster {
  /** What a person calls it. */
  description: string;
  kubectl: readonly [string, ...string[]];
  helm: readonly [string, ...string[]];
  /** Environment for both. */
  env: NodeJS.ProcessEnv;
  /** Whether nobody else installs into it. */
  exclusive: boolean;
  /** How a person calls them, from the checkout. */
  words: { kubectl: string; helm: string };
}

/** A context cannot be used. */
export class ClusterError extends Error {
  readonly code = 'CLUSTER_UNUSABLE';
  override readonly name = 'ClusterError';
}

/** The local node as a cluster. */
export const clusterOfNode = ({ instance, tools, kubeconfigPath }: LocalNode): Cluster => ({
  env: directEnv(process.env),
  description: `the local node "${instance.name}"`,
  kubectl: [tools.path('kubectl'), `--kubeconfig=${kubeconfigPath}`],
  helm: [tools.path('helm'), `--kubeconfig=${kubeconfigPath}`],
  exclusive: true,
  words: { kubectl: 'npm run kubectl --', helm: 'npm run helm --' },
});

const program = async (name: string, get: string): Promise<string> => {
  const path = await findProgram(name);
  if (path === undefined) {
    throw new ClusterError(`Expected the program ${name} on the PATH to use a context, found none: get it from ${get}`);
  }
  return path;
};

/** The cluster of a context of the user's kubeconfig. Throws ClusterError unless it answers. */
export const clusterOfContext = async (context: string, report: Report, signal: AbortSignal): Promise<Cluster> => {
  const kubectl = await program('kubectl', 'https://kubernetes.io/docs/tasks/tools');
  const helm = await program('helm', 'https://helm.sh/docs/intro/install');
  const contexts = (await run(kubectl, ['config', 'get-contexts', '--output=name'], { signal })).trim().split('\n');
  if (!contexts.includes(context)) {
    const found = contexts.filter(Boolean).join(', ') || 'none';
    throw new ClusterError(
      `Expected --context to be one of your kubeconfig's contexts (${found}), found "${context}": see "kubectl config get-contexts"`,
    );
  }
  report(`asking the cluster of context ${context} for its version`);
  const target = `--context=${context}`;
  await run(kubectl, [target, 'version', '--request-timeout=10s'], { signal });
  return {
    description: `the cluster of context ${context}`,
    kubectl: [kubectl, target],
    helm: [helm, `--kube-context=${context}`],
    env: process.env,
    exclusive: false,
    words: { kubectl: `kubectl ${target}`, helm: `helm --kube-context=${context}` },
  };
};
