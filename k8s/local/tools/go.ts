import { hasErrno } from '../process/errno.ts';
import { runLines } from '../process/lines.ts';
import { ToolsError } from './errors.ts';

/** Runs the go program in the folder of go.mod; gives its output's lines. */
export type Go = (args: readonly string[], onStderr?: (line: string) => void) => Promise<string[]>;

// A root shell often lacks the second, which is where Go's own installation instructions put it.
const CANDIDATES = ['go', '/usr/local/go/bin/go'];
const GET_GO = 'https://go.dev/dl or your system’s package `golang`';

const explain = (args: readonly string[], lines: readonly string[]): ToolsError => {
  const said = lines.filter((line) => !line.startsWith('go: downloading ')).slice(-15);
  if (said.some((line) => line.includes('no space left on device'))) {
    return new ToolsError('NO_DISK', `Expected room on the disk for the tools, it is full: ${said.join('\n')}`);
  }
  const command = `go ${args.slice(0, 1).join(' ')}`;
  return new ToolsError('BUILD_FAILED', `Expected \`${command}\` to succeed, it said:\n${said.join('\n')}`);
};

/**
 * Finds a Go that can build the modules. An older Go (1.21 up) fetches the right one by itself unless GOTOOLCHAIN
 * forbids it.
 */
export const findGo = async (dir: string, wanted: string, signal: AbortSignal): Promise<Go> => {
  const run = async (command: string, args: readonly string[], onStderr?: (line: string) => void) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runLines(command, args, {
      cwd: dir,
      // No C compiler is asked for, and a workspace around this folder has no say.
      env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOOS: '', GOARCH: '' },
      signal,
      onStdout: (line) => out.push(line),
      onStderr: (line) => {
        err.push(line);
        onStderr?.(line);
      },
    });
    return { code, out, err };
  };
  for (const command of CANDIDATES) {
    try {
      const { code, out, err } = await run(command, ['env', 'GOVERSION']);
      if (code !== 0) {
        const message = `Expected Go ${wanted} or newer, found one that says: ${err.join(' ')}. Get it from ${GET_GO}, or let Go fetch it: GOTOOLCHAIN=auto`;
        throw new ToolsError('WRONG_GO', message);
      }
      signal.throwIfAborted();
      if (out.length === 0) continue;
    } catch (error) {
      if (hasErrno(error, 'ENOENT') || hasErrno(error, 'EACCES')) continue;
      throw error;
    }
    return async (args, onStderr) => {
      const result = await run(command, args, onStderr);
      if (result.code !== 0) throw explain(args, result.err);
      return result.out;
    };
  }
  throw new ToolsError('NO_GO', `Expected Go ${wanted} or newer on the PATH, found none: get it from ${GET_GO}`);
};
