import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ImageBuilder } from './image-builder.ts';
import type { Report } from '../process/report.ts';

/** Who builds, and who hears of it. */
export interface ImagesOptions {
  builder: ImageBuilder;
  report: Report;
  signal: AbortSignal;
}

/** An image to build: what stands in its context, and nothing else, decides what comes out. */
export interface ImageSpec {
  /** Name without host and tag, for example `users`. */
  name: string;
  /** Text of the Dockerfile. */
  dockerfile: string;
  /** The image to build upon, the Dockerfile's argument BASE; default: what the Dockerfile says. */
  base?: string;
  /** Makes what the build needs, for example its base; called only when the image is really built. */
  prepare?: (options: ImagesOptions) => Promise<void>;
  /** Other build arguments of the Dockerfile. */
  args: Readonly<Record<string, string>>;
  /** What the Dockerfile copies: path in the context to a file or folder. */
  files: Readonly<Record<string, string>>;
  /** A tag to use in place of the content's hash. */
  tag?: string;
}

/** The host part of images that live on this machine only. */
export const LOCAL_REGISTRY = 'relevo.local';

const hashPath = async (hash: Hash, path: string, name: string): Promise<void> => {
  const { mode } = await stat(path);
  hash.update(`${name}\0${mode}\0`);
  if ((await stat(path)).isDirectory()) {
    for (const entry of (await readdir(path)).toSorted()) await hashPath(hash, join(path, entry), `${name}/${entry}`);
  } else await pipeline(createReadStream(path), hash, { end: false });
};

/** Twelve hex digits that change with anything that goes into the image. */
export const contentHash = async ({ dockerfile, base, args, files }: ImageSpec): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify([dockerfile, base ?? '', Object.entries(args)]));
  for (const [name, path] of Object.entries(files)) await hashPath(hash, path, name);
  return hash.digest('hex').slice(0, 12);
};

/** Lays out the build context in an empty folder. */
export const writeContext = async ({ dockerfile, files }: ImageSpec, dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'Dockerfile'), dockerfile);
  for (const [name, path] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await cp(path, join(dir, name), { recursive: true, verbatimSymlinks: true });
  }
};
