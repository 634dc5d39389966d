import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A program ended with a failure, or could not be started. */
export class CommandError extends Error {
  readonly code = 'COMMAND_FAILED';
  override readonly name = 'CommandError';
  /** The last lines of what it said. */
  readonly said: string;

  constructor(command: readonly string[], said: string, options: ErrorOptions) {
    super(`Expected "${command.join(' ').slice(0, 200)}" to succeed, it said: ${said}`, options);
    this.said = said;
  }
}

/** What a command runs with. */
export interface CommandOptions {
  signal: AbortSignal;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

const execute = promisify(execFile);

const lastWords = (error: unknown): string => {
  const streams = typeof error === 'object' && error !== null ? error : {};
  const text = [
    'stderr' in streams ? String(streams.stderr) : '',
    'stdout' in streams ? String(streams.stdout) : '',
    error instanceof Error ? error.message : String(error),
  ].map((candidate) => candidate.trim());
  return (text.find((candidate) => candidate !== '') ?? 'no output').split('\n').slice(-8).join('\n');
};

/** Runs a short program to its end and gives its standard output. Rejects with CommandError and what it said. */
export const run = async (program: string, args: readonly string[], options: CommandOptions): Promise<string> => {
  const { signal, cwd, env } = options;
  signal.throwIfAborted();
  try {
    const { stdout } = await execute(program, args, { signal, cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError([program, ...args], lastWords(error), { cause: error });
  }
};
