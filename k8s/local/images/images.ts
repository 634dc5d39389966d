import { access, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../system/cache-dir.ts';
import { CommandError } from '../process/command.ts';
import { contentHash, LOCAL_REGISTRY, writeContext, type ImagesOptions, type ImageSpec } from './image.ts';
import type { LocalNode } from '../node/node.ts';
import { useTag } from './outdated.ts';
import { withLock } from '../process/lock.ts';
import type { Report } from '../process/report.ts';

/** A registry does not take an image. */
export class RegistryError extends Error {
  readonly code = 'REGISTRY_REFUSED';
  override readonly name = 'RegistryError';
}

/** A built image. */
export interface Image {
  /** Name without host and tag. */
  name: string;
  repository: string;
  tag: string;
  /** `repository:tag`. */
  ref: string;
}

/** An image as a file. */
export interface ImageArchive extends Image {
  archive: string;
}

/** Archives of each name that are kept: going back and forth between a few states should build nothing. */
const KEPT = 4;

const describe = async (spec: ImageSpec, repository: string): Promise<Image & { key: string }> => {
  const key = await contentHash(spec);
  const tag = spec.tag ?? key;
  return { name: spec.name, repository, tag, ref: `${repository}:${tag}`, key };
};

const exists = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

const build = async (spec: ImageSpec, image: Image, options: ImagesOptions): Promise<void> => {
  const { builder, report, signal } = options;
  await spec.prepare?.(options);
  report(`building image ${image.ref} with ${builder.name}`);
  const context = join(cacheDir(process.env, 'contexts'), `${process.pid}-${image.name}`);
  await rm(context, { recursive: true, force: true });
  try {
    await writeContext(spec, context);
    const { base } = spec;
    const args = base === undefined ? spec.args : { ...spec.args, BASE: base };
    await builder.build(
      { ref: image.ref, context, args, pull: !(base?.startsWith(`${LOCAL_REGISTRY}/`) ?? false) },
      signal,
    );
  } finally {
    await rm(context, { recursive: true, force: true });
  }
};

const prune = async (dir: string, name: string): Promise<void> => {
  const files = (await readdir(dir)).filter((file) => /^(.*)-[0-9a-f]{12}\.tar$/.exec(file)?.[1] === name);
  const dated = await Promise.all(
    files.map(async (file) => ({ path: join(dir, file), usedAt: (await stat(join(dir, file))).mtimeMs })),
  );
  for (const { path } of dated.toSorted((a, b) => b.usedAt - a.usedAt).slice(KEPT)) await rm(path, { force: true });
};

/** The image as a file in the user's cache, built only when something that goes into it has changed. */
export const ensureArchive = async (spec: ImageSpec, options: ImagesOptions): Promise<ImageArchive> => {
  const { builder, signal, report } = options;
  const { key, ...image } = await describe(spec, `${LOCAL_REGISTRY}/${spec.name}`);
  const dir = cacheDir(process.env, 'images');
  const archive = join(dir, `${spec.name}-${key}.tar`);
  const onWait = ({ pid }: { pid: string }) => report(`process ${pid} builds image ${image.ref}: waiting for it`);
  await withLock({ name: `image-${spec.name}-${key}`, signal, onWait }, async () => {
    if (!(await exists(archive))) {
      await mkdir(dir, { recursive: true });
      await build(spec, image, options);
      await rm(`${archive}.new`, { force: true });
      await builder.save(image.ref, `${archive}.new`, signal);
      await rename(`${archive}.new`, archive);
    }
    await utimes(archive, new Date(), new Date());
    await prune(dir, spec.name);
  });
  return { ...image, archive };
};

/** The image in the builder's own store, built only when something that goes into it has changed. */
export const ensureImage = async (spec: ImageSpec, options: ImagesOptions): Promise<Image> => {
  const { key: _, ...image } = await describe(spec, `${LOCAL_REGISTRY}/${spec.name}`);
  if (!(await options.builder.has(image.ref, options.signal))) await build(spec, image, options);
  return image;
};

/** Builds the image where needed, pushes it, and gives the name that it has in the registry (`host/path`). */
export const pushImage = async (spec: ImageSpec, registry: string, options: ImagesOptions): Promise<Image> => {
  const local = await ensureImage(spec, options);
  const repository = `${registry}/${spec.name}`;
  const image = { ...local, repository, ref: `${repository}:${local.tag}` };
  options.report(`pushing image ${image.ref}`);
  try {
    await options.builder.push(local.ref, image.ref, options.signal);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const [host] = registry.split('/');
    throw new RegistryError(
      `Expected to push ${image.ref}, the registry refused it or did not answer. Check the name, and log in with "${options.builder.name} login ${host}". It said: ${error.said}`,
      { cause: error },
    );
  }
  return image;
};

/**
 * Images of each name that stay in the node. More than releases are recorded by default (revisionHistoryLimit): a way
 * back must find its image.
 */
const KEPT_IN_NODE = 12;

/** What holds images for pods. */
export type ImageHolder = Pick<LocalNode, 'instance' | 'hasImage' | 'importImage' | 'removeImage'>;

/** Gives the node the images that it does not have yet, and takes away those that were not used for long. */
export const loadImages = async (node: ImageHolder, images: readonly ImageArchive[], report: Report): Promise<void> => {
  for (const { ref, archive } of images) {
    if (await node.hasImage(ref)) continue;
    report(`importing image ${ref}`);
    await node.importImage(archive);
  }
  for (const image of images) await forgetUnused(node, image);
};

const forgetUnused = async (node: ImageHolder, { name, repository, tag }: Image): Promise<void> => {
  const dir = join(node.instance.stateDir, 'images-used');
  const file = join(dir, name);
  const before = (await exists(file)) ? (await readFile(file, 'utf8')).split('\n').filter(Boolean) : [];
  const { used, outdated } = useTag(before, tag, KEPT_IN_NODE);
  for (const old of outdated) await node.removeImage(`${repository}:${old}`);
  await mkdir(dir, { recursive: true });
  await writeFile(file, `${used.join('\n')}\n`);
};
