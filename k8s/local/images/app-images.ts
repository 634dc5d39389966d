import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseImageRef, ensureBaseImage } from './base-image.ts';
import { run } from '../process/command.ts';
import type { ImageBuilder } from './image-builder.ts';
import { LOCAL_REGISTRY, type ImagesOptions, type ImageSpec } from './image.ts';
import { ensureArchive, type ImageArchive } from './images.ts';
import { CHECKOUT, instanceOf, MAIN } from '../node/instance.ts';
import { withLock } from '../process/lock.ts';
import type { Report } from '../process/report.ts';

/** The images of this project by name, each with its entry: the folder under dist/ that the Dockerfile takes. */
export const APP_ENTRIES = { operator: 'operator', users: 'services/users', load: 'test/load' } as const;

/** Name of one of the images of this project. */
export type AppName = keyof typeof APP_ENTRIES;

/** What the project's images are built from. */
export interface AppImagesOptions {
  names: readonly AppName[];
  builder: ImageBuilder;
  /** A base image with Node 24; default: one from Debian's packages, and with Docker the one in the Dockerfile. */
  base?: string;
  signal: AbortSignal;
}

const bundling = async <T>(report: Report, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  const name = `dist-${instanceOf({ name: MAIN, checkout: CHECKOUT, env: process.env }).id}`;
  const onWait = ({ pid }: { pid: string }) => report(`process ${pid} bundles this checkout: waiting for it`);
  return await withLock({ name, signal, onWait }, work);
};

/** Bundles the project and says how to build its images. */
export const appImages = async ({ names, builder, base, signal }: AppImagesOptions): Promise<ImageSpec[]> => {
  await run(process.execPath, [join(CHECKOUT, 'operator/build.ts')], { signal, cwd: CHECKOUT });
  const dockerfile = await readFile(join(CHECKOUT, 'Dockerfile'), 'utf8');
  const ref = base ?? (builder.name === 'docker' ? undefined : await baseImageRef(signal));
  return names.map((name) => {
    const entry = APP_ENTRIES[name];
    return {
      name,
      dockerfile,
      args: { ENTRY: entry },
      files: { [`dist/${entry}`]: join(CHECKOUT, 'dist', entry) },
      ...(ref === undefined ? {} : { base: ref }),
      ...(ref?.startsWith(`${LOCAL_REGISTRY}/`) === true
        ? { prepare: async (options) => await ensureBaseImage(ref, options) }
        : {}),
    } satisfies ImageSpec;
  });
};

/** Bundles the project and gives its images as files, built only where something that goes into them has changed. */
export const ensureAppArchives = async (options: AppImagesOptions & ImagesOptions): Promise<ImageArchive[]> =>
  // Another process must not write dist/ while it is read.
  await bundling(options.report, options.signal, async () => {
    const archives: ImageArchive[] = [];
    for (const spec of await appImages(options)) archives.push(await ensureArchive(spec, options));
    return archives;
  });
