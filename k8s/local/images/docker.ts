import { CommandError, run } from '../process/command.ts';
import type { ImageBuild, ImageBuilder } from './image-builder.ts';

/** Builds images with a Docker engine. */
export class Docker implements ImageBuilder {
  readonly name = 'docker';

  async build({ ref, context, args }: ImageBuild, signal: AbortSignal): Promise<void> {
    const build = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    await run('docker', ['build', '--quiet', '--tag', ref, ...build, context], { signal });
  }

  async has(ref: string, signal: AbortSignal): Promise<boolean> {
    try {
      await run('docker', ['image', 'inspect', ref], { signal });
      return true;
    } catch (error) {
      if (error instanceof CommandError) return false;
      throw error;
    }
  }

  async save(ref: string, archive: string, signal: AbortSignal): Promise<void> {
    await run('docker', ['save', '--output', archive, ref], { signal });
  }

  async push(ref: string, target: string, signal: AbortSignal): Promise<void> {
    await run('docker', ['tag', ref, target], { signal });
    await run('docker', ['push', '--quiet', target], { signal });
  }
}
