import { ClusterError } from '../install/cluster.ts';
import { run } from '../process/command.ts';
import type { ImagesOptions, ImageSpec } from './image.ts';
import { ensureArchive, pushImage, type Image } from './images.ts';
import { findProgram } from '../system/packages.ts';

/** How images get to a cluster that is not the local node. */
export type Delivery = { kind: 'registry'; registry: string } | { kind: 'kind'; program: string; cluster: string };

/** Decides how images get to the cluster of a context, before anything is built. */
export const chooseDelivery = async (context: string, registry: string | undefined): Promise<Delivery> => {
  if (registry !== undefined) return { kind: 'registry', registry };
  const cluster = /^kind-(.+)$/.exec(context)?.[1];
  const program = await findProgram('kind');
  if (cluster !== undefined && program !== undefined) return { kind: 'kind', program, cluster };
  throw new ClusterError(
    cluster === undefined
      ? `Expected --registry HOST/PATH with --context: the cluster of ${context} has to pull its images from a registry that you may push to, for example --registry registry.example.com/team/relevo`
      : `Expected the program kind on the PATH to load images into its cluster ${cluster}, found none: install it, or push images with --registry HOST/PATH`,
  );
};

/** Builds the images where needed and brings them to the cluster. */
export const deliverImages = async (
  specs: readonly ImageSpec[],
  delivery: Delivery,
  options: ImagesOptions,
): Promise<Image[]> => {
  const images: Image[] = [];
  for (const spec of specs) {
    if (delivery.kind === 'registry') images.push(await pushImage(spec, delivery.registry, options));
    else {
      const { archive, ...image } = await ensureArchive(spec, options);
      options.report(`loading image ${image.ref} into kind`);
      await run(delivery.program, ['load', 'image-archive', archive, '--name', delivery.cluster], options);
      images.push(image);
    }
  }
  return images;
};
