import type { V1Container, V1Pod, V1Volume } from '@kubernetes/client-node';

/** What a container or a volume sees of ConfigMaps and Secrets: `<container>.env.<NAME>` or `<volume>/<path>` to content. */
export type PodContent = Record<string, string>;

/** The kubelet's answer when a ConfigMap, a Secret or a key that must exist does not. */
export class MissingContent extends Error {
  readonly code = 'MISSING_CONTENT';
  override readonly name = 'MissingContent';
}

/** What a ConfigMap or a Secret says, as a container sees it. */
export interface Readable {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

export type ReadableKind = 'ConfigMap' | 'Secret';

type Read = (kind: ReadableKind, name: string) => Promise<Readable | undefined>;

const required = (kind: ReadableKind, name: string, key?: string): MissingContent =>
  new MissingContent(
    key === undefined ? `${kind.toLowerCase()} "${name}" not found` : `couldn't find key ${key} in ${kind} ${name}`,
  );

/** Keys and content; binary content is shown as `base64:…`. */
const entries = ({ data, binaryData }: Readable): [string, string][] => [
  ...Object.entries(data ?? {}),
  ...Object.entries(binaryData ?? {}).map(([key, value]): [string, string] => [key, `base64:${value}`]),
];

const readContainer = async (container: V1Container, read: Read): Promise<PodContent> => {
  const content: PodContent = {};
  const at = (name: string): string => `${container.name}.env.${name}`;
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const kind = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const source = configMapRef ?? secretRef;
    if (source?.name === undefined) continue;
    const map = await read(kind, source.name);
    if (map === undefined && source.optional !== true) throw required(kind, source.name);
    // Binary content is no environment.
    for (const [key, value] of Object.entries(map?.data ?? {})) content[at(`${prefix}${key}`)] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const kind = valueFrom?.configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
    const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
    if (ref?.name === undefined) {
      if (value !== undefined) content[at(name)] = value;
      continue;
    }
    const map = await read(kind, ref.name);
    const found = map?.data?.[ref.key];
    if (found !== undefined) content[at(name)] = found;
    else if (ref.optional !== true) throw required(kind, ref.name, map === undefined ? undefined : ref.key);
  }
  return content;
};

/** What names content in a volume, whatever the field that holds the name. */
interface VolumeSource {
  name?: string;
  secretName?: string;
  optional?: boolean;
  items?: { key: string; path: string }[];
}

const ofKind = (kind: ReadableKind, source: VolumeSource | undefined) =>
  source === undefined ? undefined : { kind, ...source };

const readVolume = async (volume: V1Volume, read: Read): Promise<PodContent> => {
  const content: PodContent = {};
  const projected = (volume.projected?.sources ?? []).flatMap((source) => [
    ofKind('ConfigMap', source.configMap),
    ofKind('Secret', source.secret),
  ]);
  const sources = [ofKind('ConfigMap', volume.configMap), ofKind('Secret', volume.secret), ...projected];
  for (const source of sources) {
    const name = source?.name ?? source?.secretName;
    if (source === undefined || name === undefined) continue;
    const { kind } = source;
    const map = await read(kind, name);
    if (map === undefined && source.optional !== true) throw required(kind, name);
    const found = new Map(map === undefined ? [] : entries(map));
    const items = source.items ?? [...found.keys()].map((key) => ({ key, path: key }));
    for (const { key, path } of items) {
      const value = found.get(key);
      if (value !== undefined) content[`${volume.name}/${path}`] = value;
      else if (source.optional !== true) throw required(kind, name, key);
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
