import { spawn } from 'node:child_process';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { removeCgroup } from './cgroup.ts';
import { hasErrno } from '../process/errno.ts';
import type { Instance } from './instance.ts';
import { machineConfigPath } from './machine-config.ts';
import { lastLines } from '../process/child.ts';
import { handOverLink, hasLink, removeLink } from './network.ts';

/** The node's processes did not come up or did not go away. */
export class MachineError extends Error {
  readonly code = 'MACHINE_FAILED';
  override readonly name = 'MachineError';
}

/** The two processes that hold a node's namespaces; everything else in the node is below the second one. */
export interface Machine {
  /** `unshare`, outside. */
  outerPid: number | undefined;
  /** The first process inside; with its end the kernel ends all others and takes the mounts away. */
  initPid: number | undefined;
}

/** Where the node's programs look for those of the system; not the caller's PATH, which differs from shell to shell. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

// Known by an argument and not by a file with a process id: it is true at any moment, also after any crash.
const marker = (instance: Instance) => `relevo-machine:${instance.id}`;

const argumentsOf = async (pid: number): Promise<string[]> => {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ESRCH')) return [];
    throw error;
  }
};

/** The node's processes, if there are any. */
export const findMachine = async (instance: Instance): Promise<Machine> => {
  const machine: Machine = { outerPid: undefined, initPid: undefined };
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const args = await argumentsOf(pid);
    if (!args.includes(marker(instance))) continue;
    if (args[0] === 'unshare') machine.outerPid = pid;
    else machine.initPid = pid;
  }
  return machine;
};

/** The path of the log of the machine itself, as opposed to its parts'. */
export const machineLogPath = (instance: Instance): string => join(instance.logDir, 'node.log');

/**
 * Starts the node's namespaces with machine-init.ts in them. The node does not end with this process. machine.json and
 * the link have to be there.
 */
export const bootMachine = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted();
  const log = await open(machineLogPath(instance), 'a');
  const namespaces = ['--net', '--pid', '--mount', '--uts', '--ipc'];
  const options = ['--fork', '--mount-proc', '--propagation', 'private', '--kill-child=KILL'];
  // The shell stays as first process: it reaps whatever loses its parent, and ends with its only child.
  const command = ['sh', '-c', '"$@" & wait "$!"', marker(instance)];
  const init = [process.execPath, join(import.meta.dirname, 'machine-init.ts'), machineConfigPath(instance)];
  const child = spawn('unshare', [...namespaces, ...options, ...command, ...init], {
    detached: true,
    cwd: '/',
    // No proxy or other setting of the caller gets into the node.
    env: { PATH: SYSTEM_PATH, HOME: '/root' },
    stdio: ['ignore', log.fd, log.fd],
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  child.unref();
  try {
    await Promise.race([failed, handOver(instance, signal)]);
  } finally {
    await log.close();
  }
};

const handOver = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    const { initPid } = await findMachine(instance);
    if (initPid !== undefined) return await handOverLink(instance, initPid, signal);
    await setTimeout(20, undefined, { signal });
  }
  throw new MachineError(
    `Expected "unshare" to make the node's namespaces within 5 s, it said:\n${await machineLogTail(instance)}`,
  );
};

/** Whether the node runs and has its link: what an interrupted boot left is no running machine. */
export const isMachineWhole = async (instance: Instance, signal: AbortSignal): Promise<boolean> => {
  const { initPid } = await findMachine(instance);
  if (initPid === undefined) return false;
  return (await hasLink(instance.links.host, signal)) && !(await hasLink(instance.links.node, signal));
};

const killAll = ({ initPid, outerPid }: Machine): void => {
  for (const pid of [initPid, outerPid]) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!hasErrno(error, 'ESRCH')) throw error;
    }
  }
};

/** Ends the node and removes what it has outside of its state folder. Does nothing where nothing is. */
export const killMachine = async (instance: Instance, signal: AbortSignal): Promise<void> => {
  let machine = await findMachine(instance);
  for (let attempt = 0; machine.initPid !== undefined || machine.outerPid !== undefined; attempt += 1) {
    if (attempt === 400) {
      throw new MachineError(
        `Expected the node's first process ${machine.initPid ?? machine.outerPid} to end within 20 s after SIGKILL, it is still there: see /proc/${machine.initPid ?? machine.outerPid}/stack`,
      );
    }
    killAll(machine);
    await setTimeout(50, undefined, { signal });
    machine = await findMachine(instance);
  }
  await removeLink(instance, signal);
  await removeCgroup(instance.cgroup, signal);
};

/** The last lines of what the machine itself said. */
export const machineLogTail = async (instance: Instance): Promise<string> =>
  await lastLines(machineLogPath(instance), 8);
