import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a program ended and what it said. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** What a program gets. */
export interface ProgramOptions {
  env: Record<string, string>;
  input?: string | undefined;
}

/** A program failed that was expected to succeed. */
export class ProgramError extends Error {
  readonly code = 'RELEVO_TEST_PROGRAM';
  override readonly name = 'ProgramError';
}

/** Runs a program to its end, whatever its exit code: a refusal is what many tests are about. */
export const runProgram = async (path: string, args: readonly string[], options: ProgramOptions): Promise<Ended> => {
  const child = spawn(path, args, { env: options.env, stdio: 'pipe' });
  const ended = once(child, 'close');
  child.stdin.end(options.input ?? '');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  return { code: child.exitCode ?? -1, stdout, stderr };
};

/** The standard output of a program that must succeed. */
export const succeed = async (run: Promise<Ended>): Promise<string> => {
  const { code, stdout, stderr } = await run;
  if (code !== 0) throw new ProgramError(`Expected exit code 0, found ${code}:\n${stderr}${stdout}`);
  return stdout;
};

/** What a program that must refuse said on standard error. */
export const refuse = async (run: Promise<Ended>): Promise<string> => {
  const { code, stdout, stderr } = await run;
  if (code === 0) throw new ProgramError(`Expected a refusal, found exit code 0:\n${stdout}`);
  return stderr;
};
