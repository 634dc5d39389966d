import { access } from 'node:fs/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiClient } from '../runtime/client.ts';
import { InClusterConnection } from '../runtime/connection.ts';
import type { Connection } from '../runtime/connection.ts';
import { ClusterError, UsageError } from './errors.ts';

/** What the command line says of the cluster. */
export interface ConnectionChoice {
  kubeconfig: string | undefined;
  context: string | undefined;
}

/** A cluster that a command may talk to. */
export interface Connected {
  client: ApiClient;
  /** The namespace of the context. */
  namespace: string;
  /** For messages: `https://…:6443 (context kind-relevo)`. */
  where: string;
  /** Names of the contexts that could be chosen. */
  contexts: string[];
}

export type Connect = (choice: ConnectionChoice) => Promise<Connected>;

const USER_AGENT = 'kubectl-relevo';
const NO_CLUSTER =
  'name a kubeconfig by --kubeconfig or KUBECONFIG, or a context of it by --context (a local cluster: npm start)';

/**
 * Reaches the cluster that kubectl would reach in the same place: --kubeconfig, KUBECONFIG (several files are merged),
 * ~/.kube/config, or inside a pod its service account.
 *
 * @param environment usually `process.env`
 */
export const connector =
  (environment: NodeJS.ProcessEnv): Connect =>
  async (choice) => {
    const inCluster = await inClusterConnection(choice, environment);
    if (inCluster !== undefined)
      return { client: clientOf(inCluster), namespace: 'default', where: 'this cluster', contexts: [] };
    const config = await load(choice.kubeconfig);
    const names = config.getContexts().map(({ name }) => name);
    if (choice.context !== undefined) {
      if (!names.includes(choice.context)) {
        throw new UsageError(
          `Expected --context to be one of ${names.join(', ') || '(none)'}, found ${choice.context}`,
        );
      }
      config.setCurrentContext(choice.context);
    }
    const context = config.getCurrentContext();
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      const found = names.length === 0 ? 'a kubeconfig without contexts' : `none chosen of ${names.join(', ')}`;
      throw new ClusterError(`Expected a context that names a cluster, found ${found}: ${NO_CLUSTER}`);
    }
    const namespace = config.getContextObject(context)?.namespace ?? 'default';
    return { client: clientOf(config), namespace, where: `${cluster.server} (context ${context})`, contexts: names };
  };

const clientOf = (connection: Connection): ApiClient => new ApiClient(connection, { userAgent: USER_AGENT });

const inClusterConnection = async (
  { kubeconfig, context }: ConnectionChoice,
  { KUBECONFIG = '', KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port, HOME = '' }: NodeJS.ProcessEnv,
): Promise<Connection | undefined> => {
  if (kubeconfig !== undefined || context !== undefined || KUBECONFIG !== '') return undefined;
  if (await exists(`${HOME}/.kube/config`)) return undefined;
  if (host !== undefined && port !== undefined) return new InClusterConnection({ host, port });
  throw new ClusterError(`Expected a kubeconfig, found none: ${NO_CLUSTER}`);
};

const load = async (file: string | undefined): Promise<KubeConfig> => {
  // Not from the library's index, which would bring a model of the whole API.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ClusterError(`Expected a kubeconfig that can be read, found: ${found}`, { cause: error });
  }
  return config;
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
