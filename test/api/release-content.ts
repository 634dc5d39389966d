import { expect } from '@jest/globals';
import type { V1ConfigMap, V1Secret } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_COPY_OF } from '../../operator/api/names.ts';
import { CONFIG_MAPS, CONTROLLER_REVISIONS, SECRETS } from '../../operator/controllers/resources.ts';
import { eventually } from './eventually.ts';
import type { PodContent } from './pod-content.ts';
import { isReady, type Scene } from './scene.ts';

/** Names of the recorded releases of the BlueGreen `web`. */
export const releases = async (it: Scene): Promise<string[]> =>
  (await it.objects.list<V1ConfigMap>(CONTROLLER_REVISIONS, `${LABEL_BLUEGREEN}=web`)).map(
    ({ metadata }) => metadata?.name ?? '',
  );

/** The immutable copies of a ConfigMap. */
export const copiesOf = async (it: Scene, original: string): Promise<V1ConfigMap[]> =>
  await it.objects.list<V1ConfigMap>(CONFIG_MAPS, `${LABEL_COPY_OF}=${original}`);

/** The immutable copies of a Secret. */
export const secretCopiesOf = async (it: Scene, original: string): Promise<V1Secret[]> =>
  await it.objects.list<V1Secret>(SECRETS, `${LABEL_COPY_OF}=${original}`);

/** What each pod behind the active Service was started with; all must agree. */
export const contentBehind = async (it: Scene): Promise<PodContent> => {
  const contents = (await it.podsBehind('web')).map((pod) => it.kubelet.contentOf(pod));
  for (const content of contents) expect(content).toEqual(contents[0]);
  return contents[0] ?? {};
};

/** Waits until the active release has that content. */
export const untilContent = async (it: Scene, key: string, value: string | undefined): Promise<void> => {
  await eventually(
    `the pods behind the Service to have ${key}=${value}`,
    () => it.podsBehind('web'),
    (pods) => pods.length === 2 && pods.every((pod) => it.kubelet.contentOf(pod)[key] === value),
  );
  await it.until('to be Ready', isReady);
};
