import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Puts a folder in the place of another one, whatever others do there at the same time: whoever comes last wins, and
 * nobody ever sees a half-written file. A folder with the same content stays as it is, so that those who read it are not
 * disturbed. What was in the place is gone afterwards, and so is the folder that was put there under its old name.
 */
export const replaceFolder = async (from: string, to: string): Promise<void> => {
  if (await isSame(from, to)) {
    await rm(from, { recursive: true });
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  const aside = `${from}.old`;
  for (let isInPlace = false; !isInPlace;) {
    await unless(['ENOENT'], rename(to, aside));
    await rm(aside, { recursive: true, force: true });
    // Another one may have come first.
    isInPlace = await unless(['ENOTEMPTY', 'EEXIST'], rename(from, to));
  }
};

/** Whether it was done, and not prevented by one of these. */
const unless = async (codes: readonly string[], work: Promise<void>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (codes.some((one) => one === code)) return false;
    throw error;
  }
};

const isSame = async (one: string, other: string): Promise<boolean> => {
  const [left, right] = await Promise.all([contentsOf(one), contentsOf(other)]);
  return left.size === right.size && [...left].every(([name, content]) => right.get(name)?.equals(content) === true);
};

/** The files below a folder; none when there is no such folder, or it is taken away meanwhile. */
const contentsOf = async (folder: string): Promise<Map<string, Buffer>> => {
  const contents = new Map<string, Buffer>();
  await unless(['ENOENT'], readInto(contents, folder));
  return contents;
};

const readInto = async (contents: Map<string, Buffer>, folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) contents.set(path.slice(folder.length), await readFile(path));
  }
};
