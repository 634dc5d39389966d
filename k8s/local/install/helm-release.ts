import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { run } from '../process/command.ts';
import { CHECKOUT } from '../node/instance.ts';

/** One Helm release of a chart of this project. */
export interface HelmRelease {
  name: string;
  chart: 'operator' | 'service';
  namespace: string;
  /** Values, as a tree. */
  values: object;
}

/**
 * Takes away what an upgrade leaves that was killed in the middle: Helm would refuse every further one. The objects
 * themselves stay, so nothing that runs is touched.
 */
const forgetPending = async (
  cluster: Cluster,
  { name, namespace }: HelmRelease,
  signal: AbortSignal,
): Promise<void> => {
  const [kubectl, ...target] = cluster.kubectl;
  const selector = `owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback)`;
  await run(kubectl, [...target, `--namespace=${namespace}`, 'delete', 'secret', `--selector=${selector}`], {
    signal,
    env: cluster.env,
  });
};

/** In a cluster that is ours alone, what somebody has edited by hand is Relevo's all the same: Helm takes it back. */
const TAKE_BACK = ['--server-side=true', '--force-conflicts'];

/** Installs or upgrades the release; does not wait for its pods. */
export const applyRelease = async (cluster: Cluster, release: HelmRelease, signal: AbortSignal): Promise<void> => {
  const { name, chart, namespace, values } = release;
  // Others may be at work in a cluster that is not ours alone.
  if (cluster.exclusive) await forgetPending(cluster, release, signal);
  const [helm, ...target] = cluster.helm;
  const path = join(CHECKOUT, 'charts', chart);
  const options = ['--install', `--namespace=${namespace}`, '--create-namespace', '--history-max=5'];
  if (cluster.exclusive) options.push(...TAKE_BACK);
  const set = Object.entries(values).map(([key, value]) => `--set-json=${key}=${JSON.stringify(value)}`);
  await run(helm, [...target, 'upgrade', name, path, ...options, ...set], { signal, env: cluster.env });
};
