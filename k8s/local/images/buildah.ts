import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../system/cache-dir.ts';
import { CommandError, run } from '../process/command.ts';
import type { ImageBuild, ImageBuilder } from './image-builder.ts';
import { outdatedImages, type StoredImage } from './outdated.ts';
import { withLock } from '../process/lock.ts';

/** Images of each repository that stay in the store; a store that is never cleared fills the disk. */
const KEPT = 4;

/** Builds images with buildah, in a store of our own in the user's cache. */
export class Buildah implements ImageBuilder {
  readonly name = 'buildah';
  readonly #env: NodeJS.ProcessEnv;
  readonly #dir: string;

  constructor(env: NodeJS.ProcessEnv) {
    // Without privileges for more, a chroot is isolation enough for builds that only copy.
    this.#env = { ...env, STORAGE_DRIVER: 'overlay', BUILDAH_ISOLATION: 'chroot' };
    this.#dir = cacheDir(env, 'buildah');
  }

  async build({ ref, context, args, pull }: ImageBuild, signal: AbortSignal): Promise<void> {
    const build = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    await this.#run(['bud', '--quiet', pull ? '--pull' : '--pull-never', '--tag', ref, ...build, context], signal);
    await this.#prune(signal);
  }

  async has(ref: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#run(['inspect', '--type', 'image', ref], signal);
      return true;
    } catch (error) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }

  async save(ref: string, archive: string, signal: AbortSignal): Promise<void> {
    await this.#run(['push', '--quiet', ref, `oci-archive:${archive}:${ref}`], signal);
  }

  async push(ref: string, target: string, signal: AbortSignal): Promise<void> {
    await this.#run(['push', '--quiet', ref, `docker://${target}`], signal);
  }

  async #prune(signal: AbortSignal): Promise<void> {
    // buildah describes what it stores.
    const images: StoredImage[] = JSON.parse(await this.#run(['images', '--json'], signal));
    for (const image of outdatedImages(images, KEPT)) {
      try {
        await this.#run(['rmi', image], signal);
      } catch (error) {
        // Another build may stand on it, or have removed it first; the next one tries again.
        if (!(error instanceof CommandError)) throw error;
      }
    }
  }

  async #run(args: readonly string[], signal: AbortSignal): Promise<string> {
    const runRoot = join(this.#dir, 'run');
    return await withLock({ name: 'buildah', signal, onWait: () => undefined }, async () => {
      // What a killed build believed to be mounted is not any more.
      await rm(runRoot, { recursive: true, force: true });
      await mkdir(runRoot, { recursive: true });
      const store = ['--root', join(this.#dir, 'store'), '--runroot', runRoot];
      // In a mount namespace of its own, so that no mount of the store outlives the command.
      const alone = ['--mount', '--propagation', 'private', 'buildah'];
      return await run('unshare', [...alone, ...store, ...args], { signal, env: this.#env });
    });
  }
}
