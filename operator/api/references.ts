import type {
  V1Container,
  V1EnvFromSource,
  V1EnvVar,
  V1EphemeralContainer,
  V1PodTemplateSpec,
  V1Volume,
  V1VolumeProjection,
} from '@kubernetes/client-node';

/** The kinds of objects whose content can be part of a release. */
export type ConfigKind = 'ConfigMap' | 'Secret';

/** An object in the namespace of the template that names it. */
export interface ConfigName {
  kind: ConfigKind;
  name: string;
}

/** One place in a pod template that names a ConfigMap or a Secret. */
export interface ConfigReference extends ConfigName {
  /** The pod starts without it. */
  optional: boolean;
  /** Part of a sentence: `env GREETING of container users`. */
  where: string;
}

/**
 * Every reference of a pod template to a ConfigMap or a Secret that gives its containers content, in the order in which
 * they stand there. Credentials that the kubelet itself uses (imagePullSecrets, drivers of volumes) are none.
 */
export const findConfigReferences = (template: V1PodTemplateSpec): ConfigReference[] => {
  const found: ConfigReference[] = [];
  mapConfigReferences(template, (reference) => {
    found.push(reference);
    return reference.name;
  });
  return found;
};

/** A copy of the pod template in which what `rename` gives another name is called by it. */
export const rewriteConfigReferences = (
  template: V1PodTemplateSpec,
  rename: (reference: ConfigName) => string | undefined,
): V1PodTemplateSpec => mapConfigReferences(template, (reference) => rename(reference) ?? reference.name);

/** Gives the name that shall stand in the place of a reference. */
type Rename = (reference: ConfigReference) => string;

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
    mapField(variable, 'valueFrom', (source) => {
      const called = naming(`env ${variable.name} of ${owner}`, rename);
      return mapField(mapField(source, 'configMapKeyRef', called.configMap), 'secretKeyRef', called.secret);
    }),
  );
  return mapItems(withEnv, 'envFrom', (source: V1EnvFromSource) => {
    const called = naming(`envFrom of ${owner}`, rename);
    return mapField(mapField(source, 'configMapRef', called.configMap), 'secretRef', called.secret);
  });
};

const mapVolume = (volume: V1Volume, rename: Rename): V1Volume => {
  const called = naming(`volume ${volume.name}`, rename);
  const withSource = mapField(mapField(volume, 'configMap', called.configMap), 'secret', called.secretVolume);
  return mapField(withSource, 'projected', (projected) =>
    mapItems(projected, 'sources', (source: V1VolumeProjection) =>
      mapField(mapField(source, 'configMap', called.configMap), 'secret', called.secret),
    ),
  );
};

/** What all references share, whatever the field that holds the name. */
interface Source {
  name?: string;
  secretName?: string;
  optional?: boolean;
}

/** The ways in which one place can name something. */
const naming = (where: string, rename: Rename) => {
  const renamed =
    (kind: ConfigKind, field: 'name' | 'secretName') =>
    <S extends Source>(source: S): S => {
      const name = source[field];
      return typeof name === 'string' && name !== ''
        ? { ...source, [field]: rename({ kind, name, optional: source.optional === true, where }) }
        : source;
    };
  return {
    configMap: renamed('ConfigMap', 'name'),
    secret: renamed('Secret', 'name'),
    // The one place where the field is called otherwise.
    secretVolume: renamed('Secret', 'secretName'),
  };
};

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
