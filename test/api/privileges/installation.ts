import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { V1PolicyRule, V1RoleBinding } from '@kubernetes/client-node';
import { run } from '../../../k8s/local/process/command.ts';
import { ensureTools } from '../../../k8s/local/tools/tools.ts';
import { ApiClient } from '../../../operator/runtime/client.ts';
import { CHARTS } from '../../charts/workbench.ts';
import { Manifests, type Manifest } from '../../charts/manifests.ts';
import type { Environment } from '../environment.ts';
import { launchOperator, type OperatorProcess } from '../operator-process.ts';
import { permissionsIn, type Permission } from './permission.ts';

/** Where the operator's chart is installed and with which values. */
export interface InstallationOptions {
  environment: Environment;
  /** Of the release; it is made. */
  namespace: string;
  /** As for `helm --set`. */
  values: string;
  signal: AbortSignal;
}

const RELEASE = 'relevo-operator';
const KINDS = ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'] as const;

/** The operator's chart as far as it is about permissions, and the operator as its pod would run. */
export class Installation {
  readonly #options: InstallationOptions;
  readonly #manifests: Manifests;
  readonly #token: string;
  readonly #dir: string;
  readonly #operators: OperatorProcess[] = [];
  /** Who the operator is for the API server. */
  readonly user: string;
  /** As the operator. */
  readonly client: ApiClient;

  private constructor(options: InstallationOptions, manifests: Manifests, token: string, dir: string) {
    this.#options = options;
    this.#manifests = manifests;
    this.#token = token;
    this.#dir = dir;
    this.user = `system:serviceaccount:${options.namespace}:${RELEASE}`;
    const config = new KubeConfig();
    config.loadFromString(this.#kubeconfig());
    this.client = new ApiClient(config, { userAgent: 'relevo-test' });
  }

  /** Renders the chart, puts its account, roles and bindings in, and signs in as that account. */
  static async make(options: InstallationOptions): Promise<Installation> {
    const { environment, namespace, values, signal } = options;
    const tools = await ensureTools({ signal });
    const set = ['--set', 'image.repository=registry.example.com/operator', '--set', values];
    const args = ['template', RELEASE, CHARTS.operator, '--namespace', namespace, '--skip-tests', ...set];
    const manifests = new Manifests(await run(tools.path('helm'), args, { signal }));
    const dir = await mkdtemp(join(tmpdir(), 'relevo-installation-'));
    const applied = join(dir, 'permissions.json');
    const items: Manifest[] = KINDS.flatMap((kind) => manifests.list(kind));
    await writeFile(applied, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    const kubectl = (...what: string[]) =>
      run(tools.path('kubectl'), ['--kubeconfig', environment.kubeconfigPath, ...what], { signal });
    await kubectl('create', 'namespace', namespace);
    await kubectl('apply', '--filename', applied);
    const token = await kubectl('create', 'token', RELEASE, '--namespace', namespace, '--duration=1h');
    return new Installation(options, manifests, token.trim(), dir);
  }

  /** What the chart lets the operator do in a namespace; without one, in the whole cluster. */
  permissions(namespace?: string): Permission[] {
    const everywhere = this.#bound(this.#manifests.list('ClusterRoleBinding'), this.#manifests.list('ClusterRole'));
    if (namespace === undefined) return permissionsIn(everywhere);
    const inNamespace = <T extends { metadata?: { namespace?: string } }>(objects: T[]): T[] =>
      objects.filter(({ metadata }) => metadata?.namespace === namespace);
    const there = this.#bound(
      inNamespace(this.#manifests.list('RoleBinding')),
      inNamespace(this.#manifests.list('Role')),
    );
    return permissionsIn([...everywhere, ...there]);
  }

  /** Namespaces in which the operator has permissions of its own. */
  get namespaces(): string[] {
    return [...new Set(this.#manifests.list('RoleBinding').map(({ metadata }) => metadata?.namespace ?? ''))];
  }

  /** Starts the operator with the arguments that its pod would have. */
  async startOperator(): Promise<OperatorProcess> {
    const kubeconfig = join(this.#dir, 'kubeconfig');
    await writeFile(kubeconfig, this.#kubeconfig(), { mode: 0o600 });
    const [container] = this.#manifests.one('Deployment').spec?.template.spec?.containers ?? [];
    const operator = await launchOperator(kubeconfig, container?.args ?? []);
    this.#operators.push(operator);
    return operator;
  }

  /** Stops what it has started and leaves no file; what is in the cluster stays. */
  async remove(): Promise<void> {
    await Promise.all(this.#operators.map((operator) => operator.stop()));
    this.client.close();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #kubeconfig(): string {
    const admin = new KubeConfig();
    admin.loadFromFile(this.#options.environment.kubeconfigPath);
    const cluster = admin.getCurrentCluster();
    if (cluster === null) throw new TypeError('Expected a kubeconfig with a cluster, found none');
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'a', cluster: { server: cluster.server, 'certificate-authority-data': cluster.caData } }],
      users: [{ name: 'a', user: { token: this.#token } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      'current-context': 'a',
    });
  }

  /** The rules of the roles that these bindings give to the operator's account. */
  #bound(
    bindings: readonly Pick<V1RoleBinding, 'roleRef' | 'subjects'>[],
    roles: readonly { metadata?: { name?: string }; rules?: V1PolicyRule[] }[],
  ): V1PolicyRule[] {
    const { namespace } = this.#options;
    return bindings
      .filter(({ subjects }) => subjects?.some((one) => one.name === RELEASE && one.namespace === namespace) === true)
      .flatMap(({ roleRef }) => roles.find(({ metadata }) => metadata?.name === roleRef.name)?.rules ?? []);
  }
}
