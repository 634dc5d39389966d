import type { V1ConfigMap, V1Container, V1Pod, V1Volume } from '@kubernetes/client-node';

/** What a container or a volume sees of ConfigMaps: `<container>.env.<NAME>` or `<volume>/<path>` to content. */
export type PodContent = Record<string, string>;

/** The kubelet's answer when a ConfigMap or a key that must exist does not. */
export class MissingContent extends Error {
  readonly code = 'MISSING_CONTENT';
  override readonly name = 'MissingContent';
}

type Read = (name: string) => Promise<V1ConfigMap | undefined>;

const required = (name: string, key?: string): MissingContent =>
  new MissingContent(
    key === undefined ? `configmap "${name}" not found` : `couldn't find key ${key} in ConfigMap ${name}`,
  );

/** Keys and content; binary content is shown as `base64:…`. */
const entries = ({ data, binaryData }: V1ConfigMap): [string, string][] => [
  ...Object.entries(data ?? {}),
  ...Object.entries(binaryData ?? {}).map(([key, value]): [string, string] => [key, `base64:${value}`]),
];

const readContainer = async (container: V1Container, read: Read): Promise<PodContent> => {
  const content: PodContent = {};
  const at = (name: string): string => `${container.name}.env.${name}`;
  for (const { prefix = '', configMapRef } of container.envFrom ?? []) {
    if (configMapRef?.name === undefined) continue;
    const map = await read(configMapRef.name);
    if (map === undefined && configMapRef.optional !== true) throw required(configMapRef.name);
    // Binary content is no environment.
    for (const [key, value] of Object.entries(map?.data ?? {})) content[at(`${prefix}${key}`)] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const ref = valueFrom?.configMapKeyRef;
    if (ref?.name === undefined) {
      if (value !== undefined) content[at(name)] = value;
      continue;
    }
    const map = await read(ref.name);
    const found = map?.data?.[ref.key];
    if (found !== undefined) content[at(name)] = found;
    else if (ref.optional !== true) throw required(ref.name, map === undefined ? undefined : ref.key);
  }
  return content;
};

const readVolume = async (volume: V1Volume, read: Read): Promise<PodContent> => {
  const content: PodContent = {};
  const sources = [volume.configMap, ...(volume.projected?.sources ?? []).map(({ configMap }) => configMap)];
  for (const source of sources) {
    if (source?.name === undefined) continue;
    const map = await read(source.name);
    if (map === undefined && source.optional !== true) throw required(source.name);
    const found = new Map(map === undefined ? [] : entries(map));
    const items = source.items ?? [...found.keys()].map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      const value = found.get(key);
      if (value !== undefined) content[`${volume.name}/${path}`] = value;
      else if (source.optional !== true) throw required(source.name, key);
    }
  }
  return content;
};

/** Reads what the kubelet would put into a pod when it starts. Throws MissingContent as the kubelet would wait. */
export const readPodContent = async (pod: V1Pod, read: Read): Promise<PodContent> => {
  const { initContainers = [], containers = [], volumes = [] } = pod.spec ?? {};
  const parts = await Promise.all([
    ...[...initContainers, ...containers].map((container) => readContainer(container, read)),
    ...volumes.map((volume) => readVolume(volume, read)),
  ]);
  return Object.assign({}, ...parts);
};
