import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { hasErrno } from './errno.ts';

/** A long-running program and where its output goes. */
export interface ChildOptions {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** File that standard output and standard error are appended to. */
  log: string;
}

/** A long-running program that ends with this process, however this process ends. */
export interface Child {
  name: string;
  pid: number;
  log: string;
  /** Settles when the program has ended. */
  exited: Promise<void>;
  /** Whether it still runs. */
  running(): boolean;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A program could not be started or ended early. */
export class ChildError extends Error {
  readonly code = 'PROCESS_FAILED';
  override readonly name = 'ChildError';
}

/** The end of a program's log, for a message. */
export const lastLines = async (log: string, count: number): Promise<string> =>
  (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-count).join('\n');

/**
 * Starts the program under `setpriv --pdeathsig`: the kernel kills it when this process ends, even by SIGKILL, which
 * no handler in this process could do (prctl(2), PR_SET_PDEATHSIG).
 */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  const { name, command, args, env, log } = options;
  const file = await open(log, 'a');
  try {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
      env,
      stdio: ['ignore', file.fd, file.fd],
    });
    const exited = once(child, 'exit').then(() => undefined);
    try {
      await once(child, 'spawn');
    } catch (error) {
      exited.catch(() => undefined);
      const reason = hasErrno(error, 'ENOENT') ? 'no setpriv on the PATH: install util-linux' : String(error);
      throw new ChildError(`Expected ${name} to start, found ${reason}`, { cause: error });
    }
    const { pid } = child;
    if (pid === undefined) throw new ChildError(`Expected ${name} to have a process id, found none`);
    const running = () => child.exitCode === null && child.signalCode === null;
    return {
      name,
      pid,
      log,
      exited,
      running,
      stop: async (signal = 'SIGKILL') => {
        if (running()) child.kill(signal);
        await exited;
      },
    };
  } finally {
    await file.close();
  }
};
