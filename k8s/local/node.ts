import { startMachine, stopMachine } from './boot.ts';
import { run } from './command.ts';
import { CHECKOUT, instanceOf, MAIN, type Instance } from './instance.ts';
import { containerdSocket } from './node-config.ts';
import type { Report } from './report.ts';
import { checkSystem } from './system.ts';
import { ensureTools, type Tools } from './tools.ts';

/** Which node, and who hears of its progress. */
export interface NodeOptions {
  /** `main` (default) is the one of `npm start`; tests use a name of their own. */
  name?: string;
  report: Report;
  signal: AbortSignal;
}

/** A whole Kubernetes node that runs on this machine, apart from it. It goes on when this process ends. */
export interface LocalNode {
  readonly instance: Instance;
  readonly tools: Tools;
  /** Kubeconfig of a cluster admin. */
  readonly kubeconfigPath: string;
  /** Whether the node has an image of that name. */
  hasImage(name: string): Promise<boolean>;
  /** Gives an OCI or Docker archive's images to the node. */
  importImage(archive: string): Promise<void>;
  /** Ends the node; its state stays for the next start, unless it is to be deleted. */
  stop(options?: { delete?: boolean }): Promise<void>;
}

/** The instance of that name in this checkout. */
export const localInstance = (name: string = MAIN): Instance =>
  instanceOf({ name, checkout: CHECKOUT, env: process.env });

/**
 * Brings up a node, or finds it running, and waits until pods can run. Whatever an interrupted call left is taken up
 * or cleared away. Installs missing system packages and builds missing tools first.
 */
export const startNode = async ({ name = MAIN, report, signal }: NodeOptions): Promise<LocalNode> => {
  const instance = localInstance(name);
  await checkSystem(instance, { report, signal });
  const tools = await ensureTools({ report, signal });
  await startMachine(instance, tools, { report, signal });
  const images = async (...args: string[]) =>
    await run(tools.path('ctr'), ['--address', containerdSocket(instance), '-n', 'k8s.io', 'images', ...args], {
      signal,
    });
  return {
    instance,
    tools,
    kubeconfigPath: instance.kubeconfigPath,
    hasImage: async (image) => (await images('list', '-q', `name==${image}`)).trim() !== '',
    importImage: async (archive) => {
      await images('import', archive);
    },
    stop: async (options) => {
      await stopMachine(instance, { report, signal, delete: options?.delete ?? false });
    },
  };
};

/** Stops a node, whatever state it is in, also one that never came up. True if it ran. */
export const stopNode = async (options: NodeOptions & { delete?: boolean }): Promise<boolean> =>
  await stopMachine(localInstance(options.name), { ...options, delete: options.delete ?? false });
