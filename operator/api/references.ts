import type {
  V1Container,
  V1EnvFromSource,
  V1EnvVar,
  V1EphemeralContainer,
  V1PodTemplateSpec,
  V1Volume,
  V1VolumeProjection,
} from '@kubernetes/client-node';

/** One place in a pod template that names a ConfigMap. */
export interface ConfigReference {
  /** Name of the ConfigMap. */
  configMap: string;
  /** The pod starts without it. */
  optional: boolean;
  /** Part of a sentence: `env GREETING of container users`. */
  where: string;
}

/** Every ConfigMap reference of a pod template, in the order in which they stand there. */
export const findConfigReferences = (template: V1PodTemplateSpec): ConfigReference[] => {
  const found: ConfigReference[] = [];
  mapConfigReferences(template, (reference) => {
    found.push(reference);
    return reference.configMap;
  });
  return found;
};

/** A copy of the pod template in which the ConfigMaps that `names` knows are called by their new names. */
export const rewriteConfigReferences = (
  template: V1PodTemplateSpec,
  names: ReadonlyMap<string, string>,
): V1PodTemplateSpec =>
  mapConfigReferences(template, (reference) => names.get(reference.configMap) ?? reference.configMap);

/** Gives the name that shall stand in the place of a reference. */
type Rename = (reference: ConfigReference) => string;

/** The part that the four kinds of references share. */
interface NamedSource {
  name?: string;
  optional?: boolean;
}

/** Finding and rewriting are one walk, so that they cannot disagree about where a reference may stand. */
const mapConfigReferences = (template: V1PodTemplateSpec, rename: Rename): V1PodTemplateSpec =>
  mapField(template, 'spec', (spec) => {
    let pod = spec;
    pod = mapItems(pod, 'initContainers', (container: V1Container) =>
      mapContainer(container, 'init container', rename),
    );
    pod = mapItems(pod, 'containers', (container: V1Container) => mapContainer(container, 'container', rename));
    // The API server refuses these in a template today; a reference that it accepts tomorrow must not be missed.
    pod = mapItems(pod, 'ephemeralContainers', (container: V1EphemeralContainer) =>
      mapContainer(container, 'ephemeral container', rename),
    );
    return mapItems(pod, 'volumes', (volume: V1Volume) => mapVolume(volume, rename));
  });

const mapContainer = <C extends Pick<V1Container, 'name' | 'env' | 'envFrom'>>(
  container: C,
  kind: string,
  rename: Rename,
): C => {
  const owner = `${kind} ${container.name}`;
  const withEnv = mapItems(container, 'env', (variable: V1EnvVar) =>
    mapField(variable, 'valueFrom', (source) =>
      mapField(source, 'configMapKeyRef', (ref) => renamed(ref, `env ${variable.name} of ${owner}`, rename)),
    ),
  );
  return mapItems(withEnv, 'envFrom', (source: V1EnvFromSource) =>
    mapField(source, 'configMapRef', (ref) => renamed(ref, `envFrom of ${owner}`, rename)),
  );
};

const mapVolume = (volume: V1Volume, rename: Rename): V1Volume => {
  const where = `volume ${volume.name}`;
  const withSource = mapField(volume, 'configMap', (source) => renamed(source, where, rename));
  return mapField(withSource, 'projected', (projected) =>
    mapItems(projected, 'sources', (source: V1VolumeProjection) =>
      mapField(source, 'configMap', (ref) => renamed(ref, where, rename)),
    ),
  );
};

const renamed = <S extends NamedSource>(source: S, where: string, rename: Rename): S =>
  typeof source.name === 'string' && source.name !== ''
    ? { ...source, name: rename({ configMap: source.name, optional: source.optional === true, where }) }
    : source;

// A template's inside is not checked by the schema (a dry run does that later and says what is wrong), so whatever is
// not an object or a list where one belongs is left as it is.

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const mapField = <T extends object, K extends keyof T>(
  holder: T,
  key: K,
  change: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T => {
  const value = holder[key];
  return value !== undefined && value !== null && isObject(value) ? { ...holder, [key]: change(value) } : holder;
};

const mapItems = <I extends object, K extends string, T extends { [key in K]?: I[] }>(
  holder: T,
  key: K,
  change: (item: I) => I,
): T => {
  const items = holder[key];
  return Array.isArray(items)
    ? { ...holder, [key]: items.map((item: I) => (isObject(item) ? change(item) : item)) }
    : holder;
};
