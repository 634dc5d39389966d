import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureTools } from '../../k8s/local/tools/tools.ts';
import type { Scene } from './scene.ts';

const run = promisify(execFile);

/** Runs kubectl or helm in a scene's namespace, as a person would; gives its standard output. */
export const runTool = async (it: Scene, tool: 'kubectl' | 'helm', args: readonly string[]): Promise<string> => {
  const tools = await ensureTools({ signal: it.signal });
  const env = { ...process.env, KUBECONFIG: it.environment.kubeconfigPath };
  const { stdout } = await run(tools.path(tool), ['--namespace', it.namespace, ...args], { env, signal: it.signal });
  return stdout;
};
