import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What to run and who listens to it. */
export interface LinesOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the process with SIGINT, which lets most tools tidy up. */
  signal: AbortSignal;
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
}

/**
 * Runs a program to its end and hands over what it writes, line by line. Resolves to its exit code, -1 if a signal
 * ended it. Rejects with the system's error if it cannot be started, and with the signal's reason if aborted.
 */
export const runLines = async (command: string, args: readonly string[], options: LinesOptions): Promise<number> => {
  const { cwd, env, signal, onStdout, onStderr } = options;
  signal.throwIfAborted();
  const child = spawn(command, args, { cwd, env, signal, killSignal: 'SIGINT', stdio: ['ignore', 'pipe', 'pipe'] });
  if (onStdout === undefined) child.stdout.resume();
  else createInterface({ input: child.stdout }).on('line', onStdout);
  if (onStderr === undefined) child.stderr.resume();
  else createInterface({ input: child.stderr }).on('line', onStderr);
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    child.once('close', (code) => (signal.aborted ? reject(signal.reason) : resolve(code ?? -1)));
  });
};
