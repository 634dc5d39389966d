import { join } from 'node:path';
import { run } from '../../k8s/local/process/command.ts';
import { readEnvironment } from './environment.ts';

const runTool = async (tool: string, args: readonly string[], signal: AbortSignal): Promise<string> => {
  const { tools, kubeconfigPath } = readEnvironment();
  return await run(join(tools, tool), args, { signal, env: { ...process.env, KUBECONFIG: kubeconfigPath } });
};

/** Runs kubectl against the test node and gives what it printed. */
export const kubectl = async (args: readonly string[], signal: AbortSignal): Promise<string> =>
  await runTool('kubectl', args, signal);

/** Runs helm against the test node and gives what it printed. */
export const helm = async (args: readonly string[], signal: AbortSignal): Promise<string> =>
  await runTool('helm', args, signal);
