import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { HASH_LENGTH, shortHash } from './hash.ts';
import { findConfigReferences, rewriteConfigReferences } from './references.ts';
import type { ConfigReference } from './references.ts';

/** What is known of a ConfigMap's present content. */
export interface KnownConfig {
  /** Of its content; see contentHash. */
  hash: string;
  /** When this process first saw that content, in ms since the epoch; 0 if before its start. */
  seenAt: number;
}

/** A ConfigMap that is part of a revision. */
export interface RevisionConfig {
  original: string;
  /** Name of the immutable copy of its present content. */
  copy: string;
  /** False: it is missing and every reference to it is optional; the copy is never made. */
  exists: boolean;
}

/** The revision that a template and the present content of its ConfigMaps make. */
export interface RevisionOf {
  /** Absent while a ConfigMap that must exist does not. */
  revision?: string;
  configs: RevisionConfig[];
  /** One sentence for each ConfigMap that must exist and does not. */
  missing: string[];
  /** When this process first saw the newest content among the ConfigMaps, in ms since the epoch; 0 if before its start. */
  configChangedAt: number;
}

/** What a revision is made from. */
export interface RevisionInput {
  bluegreen: string;
  template: V1PodTemplateSpec;
  /** Names of the ConfigMaps that are not part of a release. */
  exclude: readonly string[];
  /** Undefined when there is no ConfigMap of that name. */
  config: (name: string) => KnownConfig | undefined;
}

/** Names the revision: the same pair of template and config content always has the same name. */
export const revisionOf = ({ bluegreen, template, exclude, config }: RevisionInput): RevisionOf => {
  const hashes: Record<string, string> = {};
  const configs: RevisionConfig[] = [];
  const missing: string[] = [];
  let configChangedAt = 0;
  for (const [original, references] of referencesByName(template, exclude)) {
    const known = config(original);
    const hash = known?.hash ?? ABSENT;
    hashes[original] = hash;
    configs.push({ original, copy: copyName(original, hash), exists: known !== undefined });
    configChangedAt = Math.max(configChangedAt, known?.seenAt ?? 0);
    const required = references.filter((reference) => !reference.optional);
    if (known === undefined && required.length > 0) {
      missing.push(
        `ConfigMap ${original} does not exist; it is needed by ${list(required.map((reference) => reference.where))}`,
      );
    }
  }
  const known = { configs, missing, configChangedAt };
  return missing.length > 0 ? known : { ...known, revision: `${bluegreen}-${shortHash({ template, config: hashes })}` };
};

/** The template as its pods get it: every reference names the copy. */
export const releasedTemplate = (
  template: V1PodTemplateSpec,
  configs: readonly Pick<RevisionConfig, 'original' | 'copy'>[],
): V1PodTemplateSpec =>
  rewriteConfigReferences(template, new Map(configs.map(({ original, copy }) => [original, copy])));

/** The names of the ConfigMaps whose content is part of a release of this template. */
export const releasedConfigs = (template: V1PodTemplateSpec, exclude: readonly string[]): string[] => [
  ...referencesByName(template, exclude).keys(),
];

/** Stands for the hash of a ConfigMap that does not exist. */
const ABSENT = 'absent';

/** The longest name of a ConfigMap (RFC 1123 subdomain). */
const MAX_CONFIG_NAME_LENGTH = 253;

const copyName = (original: string, hash: string): string => {
  const name = `${original}-${hash}`;
  if (name.length <= MAX_CONFIG_NAME_LENGTH) {
    return name;
  }
  const kept = original.slice(0, MAX_CONFIG_NAME_LENGTH - 2 * (HASH_LENGTH + 1)).replace(/[.-]+$/u, '');
  return `${kept}-${shortHash(original)}-${hash}`;
};

const referencesByName = (
  template: V1PodTemplateSpec,
  exclude: readonly string[],
): ReadonlyMap<string, ConfigReference[]> => {
  const included = findConfigReferences(template).filter((reference) => !exclude.includes(reference.configMap));
  return Map.groupBy(included, (reference) => reference.configMap);
};

const list = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
