import type { PodCause } from './pod-cause.ts';
import { eventLike, saying } from './pod-evidence.ts';

const REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
]);

/** The image cannot be pulled. */
export const image: PodCause = (evidence) => {
  const found = evidence.containers.find(({ state }) => REASONS.has(state?.waiting?.reason ?? ''));
  if (found === undefined) return undefined;
  const told = saying(eventLike(evidence, /^Failed: .*(?:pull|image)/iu));
  return {
    cause: 'ImageMissing',
    key: found.image,
    what: `the image ${found.image} of container ${found.name} cannot be pulled (${found.state?.waiting?.reason})`,
    seen: told.length > 0 ? told : [found.state?.waiting?.message ?? ''],
    next: [
      'Check its name and tag, and that it was pushed',
      'A private registry needs imagePullSecrets in the template',
    ],
  };
};
