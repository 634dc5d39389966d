import type { V1PodTemplateSpec } from '@kubernetes/client-node';
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
  /** Precondition of the apply. */
  resourceVersion: string;
}

/** The record of a release: all that is needed to bring it back. */
export const releaseRecord = (
  owner: Owner,
  { revision, number, template, configs, resourceVersion }: Release,
): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: {
    name: revision,
    namespace: owner.namespace,
    labels: { [LABEL_BLUEGREEN]: owner.name },
    ownerReferences: [controllerReference(owner)],
    resourceVersion,
  },
  revision: number,
  data: {
    template: releasedTemplate(template, configs),
    copies: configs.filter(({ exists }) => exists).map(({ copy }) => copy),
  },
});
