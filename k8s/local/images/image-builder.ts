import { Buildah } from './buildah.ts';
import { CommandError, run } from '../process/command.ts';
import { Docker } from './docker.ts';
import { findProgram } from '../system/packages.ts';

/** What to build. */
export interface ImageBuild {
  /** Full name with tag. */
  ref: string;
  /** Folder that holds the Dockerfile and all that it copies. */
  context: string;
  /** Build arguments of the Dockerfile. */
  args: Readonly<Record<string, string>>;
  /** Whether the base image may be fetched from a registry. */
  pull: boolean;
}

/** A program that builds images. */
export interface ImageBuilder {
  readonly name: BuilderName;
  build(build: ImageBuild, signal: AbortSignal): Promise<void>;
  has(ref: string, signal: AbortSignal): Promise<boolean>;
  /** Writes the image to a file that containerd can import. */
  save(ref: string, archive: string, signal: AbortSignal): Promise<void>;
  /** Pushes the image under another name, the one that it has in a registry. */
  push(ref: string, target: string, signal: AbortSignal): Promise<void>;
}

export type BuilderName = 'buildah' | 'docker';

/** Names of the programs that can build images. */
export const BUILDERS: readonly BuilderName[] = ['buildah', 'docker'];

/** Nothing here can build images. */
export class BuilderError extends Error {
  readonly code = 'NO_BUILDER';
  override readonly name = 'BuilderError';
}

const dockerAnswers = async (signal: AbortSignal): Promise<boolean> => {
  if ((await findProgram('docker')) === undefined) return false;
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { signal });
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
};

/** The builder asked for, or Docker where an engine answers, or else buildah. */
export const chooseBuilder = async (asked: BuilderName | undefined, signal: AbortSignal): Promise<ImageBuilder> => {
  const docker = asked !== 'buildah' && (await dockerAnswers(signal));
  if (docker) return new Docker();
  if (asked === 'docker') {
    throw new BuilderError(
      'Expected a Docker engine that answers "docker version", found none: start it, or use --builder buildah',
    );
  }
  if ((await findProgram('buildah')) === undefined) {
    throw new BuilderError(
      'Expected a Docker engine or the program buildah to build images, found neither: start Docker, or install the package buildah',
    );
  }
  return new Buildah(process.env);
};
