import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { canonicalJson } from '../../api/hash.ts';
import { LABEL_BLUEGREEN } from '../../api/names.ts';
import { releasedTemplate } from '../../api/revision.ts';
import type { ConfigView } from '../../plan/types.ts';
import type { ControllerRevision } from '../views/record.ts';
import { controllerReference } from './owner.ts';
import type { Owner } from './owner.ts';

/** What a release is recorded from. */
export interface Release {
  revision: string;
  number: number;
  template: V1PodTemplateSpec;
  configs: readonly ConfigView[];
}

/** The record of a release: all that is needed to bring it back. */
export const releaseRecord = (owner: Owner, { revision, number, template, configs }: Release): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: {
    name: revision,
    namespace: owner.namespace,
    labels: { [LABEL_BLUEGREEN]: owner.name },
    ownerReferences: [controllerReference(owner)],
  },
  revision: number,
  data: {
    template: releasedTemplate(template, configs),
    copies: configs.filter(({ exists }) => exists).map(({ copy }) => copy),
  },
});

/**
 * The record as it must be sent. The API server compares `data`, which may never change, byte by byte, and writes it
 * anew at every strategic merge patch, such as the garbage collector's for `--cascade=orphan`. So it has to be what Go's
 * encoding/json makes of it from the start: keys sorted, and these five characters escaped.
 */
export const releaseRecordText = (record: ControllerRevision): string =>
  canonicalJson(record).replaceAll(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
