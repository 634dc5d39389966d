import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../process/lock.ts';
import { buildTools } from './build.ts';
import { ToolsError } from './errors.ts';
import { findGo } from './go.ts';
import { buildFlags, parseToolModules, toolsKey } from './modules.ts';
import { paced } from './progress.ts';

/** The built tools. */
export interface Tools {
  /** Folder that holds all of them, fit for the PATH. */
  dir: string;
  /** Path of one tool, for example `kubectl`. */
  path(name: string): string;
}

export interface ToolsOptions {
  /** Gets one line for a person at each new phase and every few seconds. */
  report?: (line: string) => void;
  signal: AbortSignal;
}

const REPORT_MS = 5000;
const HERE = fileURLToPath(new URL('..', import.meta.url));

// https://specifications.freedesktop.org/basedir-spec: a path that is not absolute does not count.
const cacheDir = (): string => {
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(homedir(), '.cache'), 'relevo', 'tools');
};

const complete = async (dir: string, names: readonly string[]): Promise<boolean> => {
  const found = await Promise.allSettled(names.map((name) => access(join(dir, name), constants.X_OK)));
  return found.every(({ status }) => status === 'fulfilled');
};

const describe = async () => {
  const [goMod, goSum] = await Promise.all(['go.mod', 'go.sum'].map((name) => readFile(join(HERE, name), 'utf8')));
  if (goMod === undefined || goSum === undefined) throw new ToolsError('BUILD_FAILED', 'Expected go.mod and go.sum');
  const modules = parseToolModules(goMod);
  // The Go version is that of go.mod, not the one found here, so that a cache outlives an update of Go.
  const key = toolsKey([goMod, goSum, ...buildFlags(modules), process.arch]);
  const dir = join(cacheDir(), key);
  const tools: Tools = {
    dir,
    path: (name) => {
      if (!modules.names.includes(name)) {
        throw new TypeError(`Expected one of the tools ${modules.names.join(', ')}, found ${name}`);
      }
      return join(dir, name);
    },
  };
  return { modules, goSum, key, tools };
};

/** The tools if they are built already; never builds. */
export const findTools = async (): Promise<Tools | undefined> => {
  const { modules, tools } = await describe();
  return (await complete(tools.dir, modules.names)) ? tools : undefined;
};

/**
 * The tools of go.mod, built into the user's cache folder the first time (13 minutes with 2 cores). A build that was
 * cut off goes on where it stood; of two builders the second waits for the first. Throws ToolsError.
 */
export const ensureTools = async ({ report, signal }: ToolsOptions): Promise<Tools> => {
  const { modules, goSum, key, tools } = await describe();
  const { dir } = tools;
  if (await complete(dir, modules.names)) return tools;
  if (process.platform !== 'linux') {
    const message = `Expected Linux to run Kubernetes' programs, found ${process.platform}: use another cluster, npm start -- --context NAME`;
    throw new ToolsError('WRONG_SYSTEM', message);
  }
  const startedAt = Date.now();
  const onProgress = paced(report ?? (() => undefined), Date.now, REPORT_MS);
  const onWait = () =>
    onProgress({ phase: 'waiting', done: 0, total: 0, elapsedSeconds: (Date.now() - startedAt) / 1000 });
  await withLock({ name: `tools-${key}`, onWait, signal }, async () => {
    // The one that was waited for has made them.
    if (await complete(dir, modules.names)) return;
    const go = await findGo(HERE, modules.go, signal);
    await mkdir(dirname(dir), { recursive: true });
    await buildTools({ go, modules, goSum, dir, onProgress, now: Date.now, signal });
  });
  return tools;
};
