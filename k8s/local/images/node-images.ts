import { LOCAL_REGISTRY, type ImageSpec } from './image.ts';
import { findProgram } from '../system/packages.ts';
import type { Tools } from '../tools/tools.ts';

/** busybox is needed for the pause image and is not there. */
export class PauseImageError extends Error {
  readonly code = 'NO_BUSYBOX';
  override readonly name = 'PauseImageError';
}

/** The image that holds a pod's namespaces. Its name stands in containerd's configuration, so its tag is fixed. */
export const PAUSE_IMAGE = `${LOCAL_REGISTRY}/pause:1`;

const only = (program: string, entrypoint: readonly string[], user: string): string =>
  `FROM scratch\nCOPY ${program} /${program}\nUSER ${user}\nENTRYPOINT ${JSON.stringify(entrypoint)}\n`;

/** The image that every pod needs. */
export const pauseImage = async (): Promise<ImageSpec> => {
  const busybox = await findProgram('busybox');
  if (busybox === undefined) {
    throw new PauseImageError('Expected the program busybox, found none: install the package busybox-static');
  }
  return {
    name: 'pause',
    tag: '1',
    // busybox looks at the name that it is called by.
    dockerfile: only('busybox', ['/busybox', 'sleep', '2147483647'], '65532:65532'),
    args: {},
    files: { busybox },
  };
};

/** The images of the cluster's own services: one program from go.mod each. */
export const addonImages = (tools: Tools): ImageSpec[] =>
  ['coredns', 'metrics-server'].map((name) => ({
    name,
    dockerfile: only(name, [`/${name}`], '65532:65532'),
    args: {},
    files: { [name]: tools.path(name) },
  }));
