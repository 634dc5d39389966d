import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { directEnv } from './node/direct-env.ts';
import { findMachine } from './node/machine.ts';
import { localInstance } from './node/node.ts';

// All arguments, --help included, are the command's own. It works on the local node, unless the environment or the
// arguments name another cluster.
const PROGRAM = fileURLToPath(new URL('../../operator/cli/main.ts', import.meta.url));
const instance = localInstance();
// A node that was stopped has left its kubeconfig, and another may have its address.
const isRunning = (await findMachine(instance)).initPid !== undefined;
const isLocal = process.env['KUBECONFIG'] === undefined && isRunning;
const names = process.argv.some((arg) => /^--(?:context|kubeconfig)(?:=|$)/.test(arg));
const env = isLocal && !names ? { ...directEnv(process.env), KUBECONFIG: instance.kubeconfigPath } : process.env;

// Ctrl-C reaches the command from the terminal; what follows from it is its decision.
process.on('SIGINT', () => undefined);
const child = spawn(process.execPath, [PROGRAM, ...process.argv.slice(2)], { stdio: 'inherit', env });
process.on('SIGTERM', () => child.kill('SIGTERM'));
await once(child, 'exit');
process.exitCode = child.exitCode ?? 128 + constants.signals[child.signalCode ?? 'SIGKILL'];
