import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseImageRef, ensureBaseImage } from './base-image.ts';
import { run } from './command.ts';
import type { ImageBuilder } from './image-builder.ts';
import { LOCAL_REGISTRY, type ImageSpec } from './image.ts';
import { CHECKOUT } from './instance.ts';

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
