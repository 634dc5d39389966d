import { parseArgs, type ParseArgsConfig } from 'node:util';
import { hasErrno } from '../process/errno.ts';

/** A command line that a command does not understand. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/** Exit code of a command line that is wrong. */
const EXIT_USAGE = 2;
/** Exit code after Ctrl-C, as shells have it: 128 and the signal's number. */
const EXIT_INTERRUPTED = 130;

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads options; throws UsageError for one that is unknown or lacks its value. There are no positionals. */
export const readOptions = <const O extends Options>(options: O, args: readonly string[]) => {
  try {
    return parseArgs({ options, args: [...args], allowPositionals: false, strict: true }).values;
  } catch (error) {
    if (error instanceof Error) throw new UsageError(error.message, { cause: error });
    throw error;
  }
};

const hasCode = (error: Error): boolean => 'code' in error && typeof error.code === 'string';

/** What a person is told of an error: those with a code of ours say what to do, others are defects and show where. */
export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (hasErrno(error, 'ENOSPC')) return `${error.message}: make room on that disk and try again`;
  return hasCode(error) ? error.message : (error.stack ?? error.message);
};

/**
 * Runs a command: Ctrl-C and SIGTERM abort its signal; an error becomes a message and an exit code. Sets the exit code
 * and lets the process end by itself, so that no output is lost.
 */
export const runCommand = async (usage: string, command: (signal: AbortSignal) => Promise<number>): Promise<void> => {
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Error('interrupted'));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt);
  try {
    process.exitCode = await command(abort.signal);
  } catch (error) {
    if (abort.signal.aborted) {
      process.stderr.write('Interrupted. The same command goes on from here; "npm stop" clears everything away.\n');
      process.exitCode = EXIT_INTERRUPTED;
      return;
    }
    // Whatever is still under way beside what failed ends with it.
    abort.abort(error);
    process.stderr.write(`\n${explain(error)}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${usage}`);
    process.exitCode = error instanceof UsageError ? EXIT_USAGE : 1;
  }
};
