import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { directEnv } from '../node/direct-env.ts';
import { findMachine } from '../node/machine.ts';
import { localInstance } from '../node/node.ts';
import { findTools } from '../tools/tools.ts';

/** There is no local node to work on. */
export class NoNodeError extends Error {
  readonly code = 'NO_NODE';
  override readonly name = 'NoNodeError';
}

/** Runs a tool against the local node with this terminal; resolves to its exit code. */
export const passThrough = async (tool: 'kubectl' | 'helm', args: readonly string[]): Promise<number> => {
  const instance = localInstance();
  const tools = await findTools();
  const { initPid } = await findMachine(instance);
  if (tools === undefined || initPid === undefined) {
    throw new NoNodeError(
      `Expected a local node for ${tool}, found none running: npm start (another cluster: use your own ${tool})`,
    );
  }
  // Ctrl-C reaches the tool from the terminal; what follows from it is the tool's decision.
  process.on('SIGINT', () => undefined);
  const child = spawn(tools.path(tool), args, {
    stdio: 'inherit',
    env: { ...directEnv(process.env), KUBECONFIG: instance.kubeconfigPath },
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  await once(child, 'exit');
  return child.exitCode ?? 128 + constants.signals[child.signalCode ?? 'SIGKILL'];
};
