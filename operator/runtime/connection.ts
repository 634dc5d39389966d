import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';

/** How the API server is reached and how requests prove who sends them. A KubeConfig is one. */
export type Connection = Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'>;

/** Where the kubelet puts a pod's credentials. */
const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet renews the token long before it expires; client-go reads it again as often. */
const TOKEN_MAX_AGE_MS = 60_000;

export interface InClusterOptions {
  /** The API server's address and port, as in KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  host: string;
  port: string;
  /** Where the files `token` and `ca.crt` are. Default: where the kubelet puts them. */
  folder?: string;
  clock?: Clock;
}

/**
 * The connection of a pod by its service account; follows the rotation of its token.
 *
 * Own code because the client library's KubeConfig, which does the same, brings 30 MB of other ways to sign in.
 */
export class InClusterConnection implements Connection {
  readonly #cluster: Cluster;
  readonly #folder: string;
  readonly #clock: Clock;
  #ca: Buffer | undefined;
  #token = '';
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: InClusterOptions) {
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    this.#folder = options.folder ?? SERVICE_ACCOUNT_FOLDER;
    this.#clock = options.clock ?? systemClock;
    this.#cluster = { name: 'in-cluster', server: `https://${host}:${options.port}`, skipTLSVerify: false };
  }

  getCurrentCluster(): Cluster {
    return this.#cluster;
  }

  async applyToHTTPSOptions(request: RequestOptions): Promise<void> {
    if (this.#clock.elapsed() - this.#readAtMs > TOKEN_MAX_AGE_MS) {
      this.#ca = await readFile(`${this.#folder}/ca.crt`);
      this.#token = (await readFile(`${this.#folder}/token`, 'utf8')).trim();
      this.#readAtMs = this.#clock.elapsed();
    }
    request.ca = this.#ca;
    request.headers = Object.assign({}, request.headers, { Authorization: `Bearer ${this.#token}` });
  }
}

/**
 * The connection that `kubectl` would use in the same place: KUBECONFIG when set, the service account inside a pod,
 * else the user's kubeconfig. SERVICE_ACCOUNT_FOLDER says where the service account's files are, for a process that runs
 * beside the cluster as if it were in it.
 *
 * @param environment usually `process.env`
 */
export const loadConnection = async (environment: NodeJS.ProcessEnv): Promise<Connection> => {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (KUBECONFIG === undefined && host !== undefined && port !== undefined) {
    const folder = environment['SERVICE_ACCOUNT_FOLDER'];
    return new InClusterConnection({ host, port, ...(folder === undefined ? {} : { folder }) });
  }
  // Imported here, and not from the library's index, so that a pod never loads it (esbuild: with splitting).
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeConfig = new KubeConfig();
  if (KUBECONFIG === undefined) kubeConfig.loadFromDefault();
  else kubeConfig.loadFromFile(KUBECONFIG);
  return kubeConfig;
};
