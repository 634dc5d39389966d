import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/command.ts';
import { directEnv } from './direct-env.ts';
import type { Image } from '../images/images.ts';
import type { Instance } from './instance.ts';
import { replaceFile } from './machine-config.ts';
import type { Tools } from '../tools/tools.ts';

/** The manifests with the images' names in place of `${name}`. */
export const withImages = (manifests: string, images: readonly Image[]): string =>
  images.reduce((text, { name, ref }) => text.replaceAll(`\${${name}}`, ref), manifests);

/** Installs the cluster's DNS and metrics, or brings them up to date; does not wait for their pods. */
export const applyAddons = async (
  instance: Instance,
  tools: Tools,
  images: readonly Image[],
  signal: AbortSignal,
): Promise<void> => {
  const manifests = await readFile(join(import.meta.dirname, 'addons.yaml'), 'utf8');
  const path = join(instance.stateDir, 'config', 'addons.yaml');
  await replaceFile(path, withImages(manifests, images));
  const apply = ['apply', '--server-side', '--force-conflicts', '-f', path];
  await run(tools.path('kubectl'), ['--kubeconfig', instance.kubeconfigPath, ...apply], {
    signal,
    env: directEnv(process.env),
  });
};
