import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasErrno } from '../process/errno.ts';

/** Control groups were still in use when they should have been removed. */
export class CgroupError extends Error {
  readonly code = 'CGROUP_BUSY';
  override readonly name = 'CgroupError';
}

/** A mounted hierarchy of control groups. */
export interface Hierarchy {
  path: string;
  version: 1 | 2;
  /** Of version 1: its controllers; systemd's hierarchy has none, and the kubelet asks for a group there too. */
  controllers: string[];
}

/** Controllers that a hierarchy of version 1 can have (cgroups(7)). */
const CONTROLLERS = new Set(
  'blkio cpu cpuacct cpuset devices freezer hugetlb memory misc net_cls net_prio perf_event pids rdma'.split(' '),
);

/** The hierarchies in the text of /proc/self/mounts. */
export const parseHierarchies = (mounts: string): Hierarchy[] =>
  mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, path = '', type, options = ''] = line.split(' ');
    if (type === 'cgroup2') return [{ path, version: 2, controllers: [] }];
    const controllers = options.split(',').filter((option) => CONTROLLERS.has(option));
    return type === 'cgroup' ? [{ path, version: 1, controllers }] : [];
  });

const hierarchies = async (): Promise<Hierarchy[]> => parseHierarchies(await readFile('/proc/self/mounts', 'utf8'));

const copySetting = async (from: string, to: string, file: string): Promise<void> => {
  await writeFile(join(to, file), (await readFile(join(from, file), 'utf8')).trim());
};

/**
 * Beside the group each process of the machine counts 1024 (version 1) or 100 (version 2), as much as a new group with
 * all pods in it: a compiler that runs beside the node would starve them. With sixteen times that it does not.
 */
const CPU_SHARES = 16 * 1024;
const CPU_WEIGHT = 16 * 100;

/**
 * Makes the control group in every hierarchy. The kubelet makes only what is below its root, and takes itself for
 * the owner of all that is there: so every node needs a root of its own.
 */
export const makeCgroup = async (name: string): Promise<void> => {
  for (const { path, version, controllers } of await hierarchies()) {
    const folder = join(path, name);
    await mkdir(folder, { recursive: true });
    if (controllers.includes('cpuset')) {
      // A new group may use no processor and no memory until it is told which.
      await copySetting(path, folder, 'cpuset.cpus');
      await copySetting(path, folder, 'cpuset.mems');
    }
    if (controllers.includes('cpu')) await writeFile(join(folder, 'cpu.shares'), String(CPU_SHARES));
    if (version === 2) {
      const available = (await readFile(join(path, 'cgroup.controllers'), 'utf8')).split(/\s+/).filter(Boolean);
      const enable = available.map((controller) => `+${controller}`).join(' ');
      if (enable !== '') {
        await writeFile(join(path, 'cgroup.subtree_control'), enable);
        await writeFile(join(folder, 'cgroup.subtree_control'), enable);
      }
      if (available.includes('cpu')) await writeFile(join(folder, 'cpu.weight'), String(CPU_WEIGHT));
    }
  }
};

const subfolders = async (folder: string): Promise<string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
};

/** Removes a group with all below it; false if a process is still in one of them. */
const removeTree = async (folder: string): Promise<boolean> => {
  const below = await Promise.all((await subfolders(folder)).map(removeTree));
  if (below.includes(false)) return false;
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    if (hasErrno(error, 'EBUSY')) return false;
    throw error;
  }
};

/** The folders of the control group that exist. */
export const cgroupFolders = async (name: string): Promise<string[]> => {
  const found = await Promise.all(
    (await hierarchies()).map(async ({ path }) =>
      (await subfolders(path)).filter((folder) => folder === join(path, name)),
    ),
  );
  return found.flat();
};

/** Removes the control group from every hierarchy. Its processes have been killed; their end may take a moment. */
export const removeCgroup = async (name: string, signal: AbortSignal): Promise<void> => {
  for (let attempt = 0; ; attempt += 1) {
    const removed = await Promise.all((await cgroupFolders(name)).map(removeTree));
    if (!removed.includes(false)) return;
    if (attempt === 200) {
      throw new CgroupError(
        `Expected no process in the control groups ${name} 10 s after their end, found some: see "cat /sys/fs/cgroup/*/${name}/kubepods/cgroup.procs"`,
      );
    }
    await setTimeout(50, undefined, { signal });
  }
};
