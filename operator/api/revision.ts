import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { HASH_LENGTH, shortHash } from './hash.ts';
import { findConfigReferences, rewriteConfigReferences } from './references.ts';
import type { ConfigKind, ConfigName, ConfigReference } from './references.ts';
import type { SecretsMode } from './bluegreen.ts';

/** What is known of the present content of a ConfigMap or a Secret. */
export interface KnownConfig {
  /** Of its content; see contentHash and secretContentHash. */
  hash: string;
  /** When this process first saw that content, in ms since the epoch; 0 if before its start. */
  seenAt: number;
}

/** A ConfigMap or a Secret of which a revision has a copy. */
export interface RevisionConfig {
  kind: ConfigKind;
  original: string;
  /** Name of the immutable copy of its present content. */
  copy: string;
  /** False: it is missing and every reference to it is optional; the copy is never made. */
  exists: boolean;
}

/** Why there is no revision. */
export type MissingReason = 'ConfigMapMissing' | 'SecretMissing' | 'SecretsNotAllowed';

/** The revision that a template and the present content of its ConfigMaps and Secrets make. */
export interface RevisionOf {
  /** Absent while something that must exist does not, or cannot be read. */
  revision?: string;
  /** What is copied. */
  configs: RevisionConfig[];
  /** One sentence for each thing that must exist and does not, or cannot be read. */
  missing: string[];
  /** Present when something is missing. */
  missingReason?: MissingReason;
  /** When this process first saw the newest content among them, in ms since the epoch; 0 if before its start. */
  configChangedAt: number;
}

/** What of a template's ConfigMaps and Secrets is part of a release: `spec.config` of a BlueGreen. */
export interface ReleasedKinds {
  secrets: SecretsMode;
  /** Names of the ConfigMaps and Secrets that are not. */
  exclude: readonly string[];
}

/** What a revision is made from. */
export interface RevisionInput {
  bluegreen: string;
  template: V1PodTemplateSpec;
  released: ReleasedKinds;
  /** Whether Secrets can be read at all. */
  readsSecrets: boolean;
  /** Undefined when there is no such object. */
  config: (of: ConfigName) => KnownConfig | undefined;
}

/** Names the revision: the same template and content always have the same name. */
export const revisionOf = ({ bluegreen, template, released, readsSecrets, config }: RevisionInput): RevisionOf => {
  const hashes: Record<ConfigKind, Record<string, string>> = { ConfigMap: {}, Secret: {} };
  const configs: RevisionConfig[] = [];
  const lacks: Lack[] = [];
  let configChangedAt = 0;
  for (const references of referencesByObject(template, released)) {
    const [{ kind, name: original }] = references;
    if (kind === 'Secret' && !readsSecrets) {
      lacks.push({ reason: 'SecretsNotAllowed', sentence: notAllowed(released.secrets, references) });
      continue;
    }
    const known = config({ kind, name: original });
    const hash = known?.hash ?? ABSENT;
    hashes[kind][original] = hash;
    if (kind === 'ConfigMap' || released.secrets === 'Pin') {
      configs.push({ kind, original, copy: copyName(original, hash), exists: known !== undefined });
    }
    configChangedAt = Math.max(configChangedAt, known?.seenAt ?? 0);
    const required = references.filter((reference) => !reference.optional);
    if (known === undefined && required.length > 0) {
      lacks.push({
        reason: `${kind}Missing`,
        sentence: `${kind} ${original} does not exist; it is needed by ${places(required)}`,
      });
    }
  }
  const found = { configs, missing: lacks.map(({ sentence }) => sentence), configChangedAt };
  const [first] = lacks;
  if (first !== undefined) return { ...found, missingReason: first.reason };
  // A template without Secrets is the same release whatever would happen to them.
  const named = Object.keys(hashes.Secret).length > 0;
  const secrets = named ? { mode: released.secrets, hashes: hashes.Secret } : undefined;
  return { ...found, revision: `${bluegreen}-${shortHash({ template, config: hashes.ConfigMap, secrets })}` };
};

/** The template as its pods get it: every reference names the copy. */
export const releasedTemplate = (
  template: V1PodTemplateSpec,
  configs: readonly Pick<RevisionConfig, 'kind' | 'original' | 'copy'>[],
): V1PodTemplateSpec => {
  const copies = new Map(configs.map(({ kind, original, copy }) => [keyOf({ kind, name: original }), copy]));
  return rewriteConfigReferences(template, (reference) => copies.get(keyOf(reference)));
};

/** The ConfigMaps and Secrets whose content is part of a release of this template. */
export const releasedConfigs = (template: V1PodTemplateSpec, released: ReleasedKinds): ConfigName[] =>
  referencesByObject(template, released).map(([{ kind, name }]) => ({ kind, name }));

/** Why there can be no revision. */
interface Lack {
  reason: MissingReason;
  sentence: string;
}

/** Stands for the hash of what does not exist. */
export const ABSENT = 'absent';

/** The longest name of a ConfigMap or a Secret (RFC 1123 subdomain). */
const MAX_CONFIG_NAME_LENGTH = 253;

/** The name of the immutable copy of some content; `hash` is that of the content. */
export const copyName = (original: string, hash: string): string => {
  const name = `${original}-${hash}`;
  if (name.length <= MAX_CONFIG_NAME_LENGTH) {
    return name;
  }
  const kept = original.slice(0, MAX_CONFIG_NAME_LENGTH - 2 * (HASH_LENGTH + 1)).replace(/[.-]+$/u, '');
  return `${kept}-${shortHash(original)}-${hash}`;
};

/** All references to one object; there is at least one. */
type References = [ConfigReference, ...ConfigReference[]];

const keyOf = ({ kind, name }: ConfigName): string => `${kind}/${name}`;

const referencesByObject = (template: V1PodTemplateSpec, { secrets, exclude }: ReleasedKinds): References[] => {
  const byObject = new Map<string, References>();
  for (const reference of findConfigReferences(template)) {
    if (exclude.includes(reference.name) || (reference.kind === 'Secret' && secrets === 'Follow')) continue;
    const known = byObject.get(keyOf(reference));
    if (known === undefined) byObject.set(keyOf(reference), [reference]);
    else known.push(reference);
  }
  return [...byObject.values()];
};

const notAllowed = (mode: SecretsMode, references: References): string =>
  `config.secrets is ${mode}, and the operator may not read Secret ${references[0].name}, which ${places(references)} ` +
  `needs: install the operator's chart with secrets.access=true, or write Follow`;

const places = (references: readonly ConfigReference[]): string => {
  const parts = references.map(({ where }) => where);
  return [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
};
