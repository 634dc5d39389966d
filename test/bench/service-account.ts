import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ApiClient } from '../../operator/runtime/client.ts';

/** What a process needs to sign in as a pod would. */
export interface ServiceAccount {
  KUBERNETES_SERVICE_HOST: string;
  KUBERNETES_SERVICE_PORT: string;
  SERVICE_ACCOUNT_FOLDER: string;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

/**
 * Makes a service account and puts its token where the kubelet would put it in a pod. Signing in with a kubeconfig would
 * load a library that no pod loads.
 */
export const makeServiceAccount = async (
  client: ApiClient,
  kubeconfigPath: string,
  dir: string,
  signal: AbortSignal,
): Promise<ServiceAccount> => {
  const [name, namespace] = ['relevo-operator', 'default'];
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await client.create(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }, { signal });
  await client.create(
    RBAC,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { signal },
  );
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 36_000 } };
  const answer = await client.create<{ status: { token: string } }>(`${accounts}/${name}/token`, request, { signal });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'token'), answer.status.token, { mode: 0o600 });
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const cluster = config.getCurrentCluster();
  if (cluster?.caData === undefined) throw new TypeError('Expected a kubeconfig with its authority inside, found none');
  await writeFile(join(dir, 'ca.crt'), Buffer.from(cluster.caData, 'base64'));
  const { hostname, port } = new URL(cluster.server);
  return { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, SERVICE_ACCOUNT_FOLDER: dir };
};
