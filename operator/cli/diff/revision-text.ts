import type { V1ConfigMap } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { LABEL_COPY_OF } from '../../api/names.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';

/** A recorded release as text: one part for the template, one for each of its ConfigMaps. */
export type RevisionText = Map<string, string[]>;

/** Gives what is shown in the place of a value that must not be; `place` says where it stands. */
export type Mask = (place: string, value: string) => string;

const MASK = '*** (masked)';
const CHANGED_MASK = '*** (masked, another one)';

/** Masks for the two sides of a comparison: the second tells where it differs from the first, and nothing else. */
export const maskPair = (): { before: Mask; after: Mask } => {
  const values = new Map<string, string>();
  return {
    before: (place, value) => {
      values.set(place, value);
      return MASK;
    },
    after: (place, value) => (values.has(place) && values.get(place) !== value ? CHANGED_MASK : MASK),
  };
};

/** Names of variables and keys whose values people take for secrets. */
const SECRET_NAME = /passw|secret|token|api_?key|private_?key|credential/iu;

/** What a person may read of a release. Secrets are never read: a pinned one shows by the hash in its copy's name. */
export const revisionText = (
  { data }: ControllerRevision,
  copies: ReadonlyMap<string, V1ConfigMap | undefined>,
  mask: Mask,
): RevisionText => {
  const originals = new Map(
    [...copies].map(([copy, configMap]) => [copy, configMap?.metadata?.labels?.[LABEL_COPY_OF] ?? copy]),
  );
  const parts: RevisionText = new Map();
  parts.set('template', linesOf(readable(data?.template, 'template', mask, originals)));
  for (const [copy, configMap] of copies) {
    if (configMap === undefined) continue;
    const name = `ConfigMap ${originals.get(copy) ?? copy}`;
    parts.set(
      name,
      configLines(configMap, (key, value) => mask(`${name} ${key}`, value)),
    );
  }
  return parts;
};

const configLines = ({ data = {}, binaryData = {} }: V1ConfigMap, mask: Mask): string[] => {
  const shown = Object.entries(data).map(([key, value]) => [key, SECRET_NAME.test(key) ? mask(key, value) : value]);
  const binary = Object.entries(binaryData).map(([key, value]) => [key, `(binary, base64) ${value}`]);
  return linesOf(Object.fromEntries([...shown, ...binary]));
};

const linesOf = (value: unknown): string[] => {
  const text = stringify(JSON.parse(JSON.stringify(value ?? {})), { lineWidth: 0, sortMapEntries: true });
  return text.trimEnd().split('\n');
};

/** The template as plain data, its variables masked and its copies called by the names of their originals. */
const readable = (value: unknown, place: string, mask: Mask, originals: ReadonlyMap<string, string>): unknown => {
  if (typeof value === 'string') return originals.get(value) ?? value;
  if (Array.isArray(value)) {
    return value.map((item, index) => readable(item, `${place}.${nameOf(item) ?? index}`, mask, originals));
  }
  if (typeof value !== 'object' || value === null) return value;
  const isSecret = SECRET_NAME.test(nameOf(value) ?? '');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      isSecret && key === 'value' && typeof item === 'string'
        ? mask(place, item)
        : readable(item, `${place}.${key}`, mask, originals),
    ]),
  );
};

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    ? value.name
    : undefined;
