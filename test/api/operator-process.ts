import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, type Child } from '../../k8s/local/process/child.ts';

const MAIN = fileURLToPath(new URL('../../operator/main.ts', import.meta.url));

/** The operator in a process of its own, as it runs in its pod. */
export interface OperatorProcess {
  child: Child;
  log(): Promise<string>;
  /** Ends it by SIGKILL unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts the operator for one namespace, which also holds its Lease. */
export const startOperatorProcess = (kubeconfigPath: string, namespace: string): Promise<OperatorProcess> =>
  launchOperator(kubeconfigPath, [`--watch-namespaces=${namespace}`, `--leader-election-namespace=${namespace}`]);

/** Starts the operator with these arguments. */
export const launchOperator = async (kubeconfigPath: string, args: readonly string[]): Promise<OperatorProcess> => {
  const dir = await mkdtemp(join(tmpdir(), 'relevo-operator-'));
  const log = join(dir, 'log');
  const child = await startChild({
    name: 'operator',
    command: process.execPath,
    args: [MAIN, ...args, '--management-port=0', `--kubeconfig=${kubeconfigPath}`],
    env: { PATH: process.env['PATH'] },
    log,
  });
  return {
    child,
    log: () => readFile(log, 'utf8'),
    stop: async (signal) => {
      await child.stop(signal);
      await rm(dir, { recursive: true, force: true });
    },
  };
};
