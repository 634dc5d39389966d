import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolsError } from './errors.ts';
import type { Go } from './go.ts';
import { buildFlags, type ToolModules } from './modules.ts';
import { progressOf, type ToolsProgress } from './progress.ts';

/** What to build, and where to. */
export interface BuildOptions {
  go: Go;
  modules: ToolModules;
  /** Text of go.sum. */
  goSum: string;
  /** The folder that appears when the build is complete. */
  dir: string;
  onProgress: (progress: ToolsProgress) => void;
  /** Milliseconds, as Date.now. */
  now: () => number;
  signal: AbortSignal;
}

// Measured for a cold build of all tools.
const [TOOLS_GB, MODULES_GB, CACHE_GB] = [0.8, 2.5, 4];
const GB = 1e9;
// No package takes this long, so the linker must be at work.
const LINKING_AFTER_MS = 10_000;

const checkDisk = async (dir: string, wantedGb: number): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  const free = (bavail * bsize) / GB;
  if (free < wantedGb) {
    throw new ToolsError(
      'NO_DISK',
      `Expected ${wantedGb.toFixed(1)} GB free in ${dir} to build the tools, found ${free.toFixed(1)} GB: make room, or set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to another disk`,
    );
  }
};

/** Downloads, compiles and links the tools, and moves them to their folder when all are there. */
export const buildTools = async (options: BuildOptions): Promise<void> => {
  const { go, modules, goSum, dir, onProgress, now, signal } = options;
  const startedAt = now();
  const phase = (name: ToolsProgress['phase'], total: number) => {
    const phaseStartedAt = now();
    const tell = (done: number) =>
      onProgress(progressOf({ phase: name, done, total, startedAt, phaseStartedAt, now: now() }));
    tell(0);
    return tell;
  };
  const [goCache = '', moduleCache = ''] = await go(['env', 'GOCACHE', 'GOMODCACHE']);
  const modulesThere = await readdir(moduleCache).catch(() => []);
  if (modulesThere.length === 0) await checkDisk(moduleCache, MODULES_GB);
  const fresh = `${dir}.building`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const flags = buildFlags(modules);

  // go.sum holds one line of this kind for each module whose source may be needed.
  const sources = goSum.split('\n').filter((line) => line !== '' && !line.includes('/go.mod h1:')).length;
  const downloading = phase('downloading', sources);
  let downloaded = 0;
  const listed = await go(['list', ...flags, '-deps', '-f', '{{.Stale}}', 'tool'], (line) => {
    if (!line.startsWith('go: downloading ')) return;
    downloaded += 1;
    downloading(downloaded);
  });
  const stale = listed.filter((line) => line === 'true').length;
  await checkDisk(dirname(fresh), TOOLS_GB + 0.2);
  await checkDisk(goCache, (CACHE_GB * stale) / listed.length);

  const compiling = phase('compiling', stale);
  let compiled = 0;
  let compiledAt = now();
  let linking: ((done: number) => void) | undefined;
  // The go program says nothing while it links: what it has put down so far does.
  const look = async () => {
    const linked = await readdir(fresh).catch(() => []);
    if (linked.length === 0 || now() - compiledAt < LINKING_AFTER_MS) return;
    linking ??= phase('linking', modules.names.length);
    linking(linked.length);
  };
  const poll = setInterval(() => void look(), 1000);
  try {
    await go(['build', '-v', ...flags, '-o', `${fresh}/`, 'tool'], (line) => {
      if (line.startsWith('go: ') || line.startsWith('#')) return;
      compiled += 1;
      compiledAt = now();
      compiling(compiled);
    });
  } finally {
    clearInterval(poll);
  }
  for (const [name, file] of Object.entries(modules.built)) await rename(join(fresh, file), join(fresh, name));
  signal.throwIfAborted();
  await rm(dir, { recursive: true, force: true });
  await rename(fresh, dir);
};
