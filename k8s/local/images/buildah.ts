import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../system/cache-dir.ts';
import { CommandError, run } from '../process/command.ts';
import type { ImageBuild, ImageBuilder } from './image-builder.ts';
import { withLock } from '../process/lock.ts';

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

  async #run(args: readonly string[], signal: AbortSignal): Promise<void> {
    const runRoot = join(this.#dir, 'run');
    await withLock({ name: 'buildah', signal, onWait: () => undefined }, async () => {
      // What a killed build believed to be mounted is not any more.
      await rm(runRoot, { recursive: true, force: true });
      await mkdir(runRoot, { recursive: true });
      const store = ['--root', join(this.#dir, 'store'), '--runroot', runRoot];
      // In a mount namespace of its own, so that no mount of the store outlives the command.
      const alone = ['--mount', '--propagation', 'private', 'buildah'];
      await run('unshare', [...alone, ...store, ...args], { signal, env: this.#env });
    });
  }
}
