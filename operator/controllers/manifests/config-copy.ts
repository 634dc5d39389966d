import type { V1ConfigMap } from '@kubernetes/client-node';
import { shortHash } from '../../api/hash.ts';
import type { ConfigContent } from '../../api/hash.ts';
import { LABEL_COPY_OF } from '../../api/names.ts';
import { ownerReference } from './owner.ts';
import type { Owner } from './owner.ts';

/** The longest value of a label. */
const MAX_LABEL_LENGTH = 63;

/** The immutable copy of a ConfigMap's content. */
export const configCopy = (owner: Owner, original: string, copy: string, content: ConfigContent): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: copy,
    namespace: owner.namespace,
    labels: { [LABEL_COPY_OF]: labelValue(original) },
    ownerReferences: [ownerReference(owner)],
  },
  ...(content.data === undefined ? {} : { data: content.data }),
  ...(content.binaryData === undefined ? {} : { binaryData: content.binaryData }),
  immutable: true,
});

/** The name itself wherever it fits. */
const labelValue = (name: string): string => {
  const hash = shortHash(name);
  return name.length <= MAX_LABEL_LENGTH ? name : `${name.slice(0, MAX_LABEL_LENGTH - hash.length - 1)}-${hash}`;
};
