import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes files as the kubelet's AtomicWriter does: into a new folder with a time stamp for a name, to which the
 * symbolic link `..data` is then swapped in one rename; each file is a link to `..data/<file>`.
 */
export const writeVolume = (folder: string, files: Record<string, string>): void => {
  const stamp = `..${process.hrtime.bigint()}`;
  mkdirSync(join(folder, stamp), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, stamp, name), content);
  const old = current(folder);
  symlinkSync(stamp, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  if (old !== undefined) {
    rmSync(join(folder, old), { recursive: true });
    return;
  }
  for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(folder, name));
};

const current = (folder: string): string | undefined => {
  try {
    return readlinkSync(join(folder, '..data'));
  } catch {
    return undefined;
  }
};
