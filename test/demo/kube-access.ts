import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { ApiClient } from '../../operator/runtime/client.ts';
import { localInstance } from '../../k8s/local/node/node.ts';

/** There is no cluster to talk to. */
export class KubeAccessError extends Error {
  readonly code = 'KUBE_ACCESS';

  constructor(message: string) {
    super(message);
    this.name = 'KubeAccessError';
  }
}

/** A way to a cluster. */
export interface KubeAccess {
  kubeConfig: KubeConfig;
  client: ApiClient;
}

const USER_AGENT = 'relevo-demo';

/** By a kubeconfig file. */
export const accessByFile = (path: string): KubeAccess => {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(path);
  return { kubeConfig, client: new ApiClient(kubeConfig, { userAgent: USER_AGENT }) };
};

/** By a context of the user's kubeconfig, or without one the local cluster that `npm start` brought up. */
export const findAccess = (context: string | undefined): KubeAccess => {
  if (context === undefined) {
    const { kubeconfigPath } = localInstance();
    if (existsSync(kubeconfigPath)) return accessByFile(kubeconfigPath);
    throw new KubeAccessError('Expected a local cluster, found none: run npm start, or name a context by --context');
  }
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  const names = kubeConfig.getContexts().map(({ name }) => name);
  if (!names.includes(context)) {
    throw new KubeAccessError(`Expected a context of your kubeconfig (${names.join(', ')}), found ${context}`);
  }
  kubeConfig.setCurrentContext(context);
  return { kubeConfig, client: new ApiClient(kubeConfig, { userAgent: USER_AGENT }) };
};
