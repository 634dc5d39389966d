import type { V1ObjectMeta } from '@kubernetes/client-node';
import { shortHash } from '../../api/hash.ts';
import type { ConfigContent } from '../../api/hash.ts';
import { LABEL_COPY_OF } from '../../api/names.ts';
import type { ConfigKind } from '../../api/references.ts';
import { ownerReference } from './owner.ts';
import type { Owner } from './owner.ts';

/** The longest value of a label. */
const MAX_LABEL_LENGTH = 63;

/** What is copied, and under which name. */
export interface CopyOf {
  kind: ConfigKind;
  original: string;
  copy: string;
  content: ConfigContent;
}

/** A ConfigMap or a Secret that the operator makes. */
export interface ConfigCopy extends ConfigContent {
  apiVersion: 'v1';
  kind: ConfigKind;
  metadata: V1ObjectMeta;
  /** Of a Secret. */
  type?: string;
  immutable: true;
}

/** The immutable copy of what a ConfigMap or a Secret says. */
export const configCopy = (owner: Owner, { kind, original, copy, content }: CopyOf): ConfigCopy => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name: copy,
    namespace: owner.namespace,
    labels: { [LABEL_COPY_OF]: labelValue(original) },
    ownerReferences: [ownerReference(owner)],
  },
  ...(content.data === undefined ? {} : { data: content.data }),
  ...(content.binaryData === undefined ? {} : { binaryData: content.binaryData }),
  // Containers see no type. A type asks for more than content: a service account's token, for example, is deleted by
  // its controller where the annotation that names the account is missing.
  ...(kind === 'Secret' ? { type: 'Opaque' } : {}),
  immutable: true,
});

/** The name itself wherever it fits. */
const labelValue = (name: string): string => {
  const hash = shortHash(name);
  return name.length <= MAX_LABEL_LENGTH ? name : `${name.slice(0, MAX_LABEL_LENGTH - hash.length - 1)}-${hash}`;
};
