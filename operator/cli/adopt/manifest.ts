import type { V1Deployment, V1PodTemplateSpec } from '@kubernetes/client-node';
import { API_VERSION } from '../../api/names.ts';

/** By these Helm knows what is its own; with them a chart that is changed to a BlueGreen takes over the one that is there. */
const HELM_ANNOTATIONS = new Set(['meta.helm.sh/release-name', 'meta.helm.sh/release-namespace']);

export interface AdoptedServices {
  active: string;
  preview?: string | undefined;
}

/** The BlueGreen that releases what the Deployment ran. */
export const adoptedBlueGreen = ({ metadata, spec }: V1Deployment, { active, preview }: AdoptedServices): object => {
  const annotations = Object.entries(metadata?.annotations ?? {}).filter(([key]) => HELM_ANNOTATIONS.has(key));
  const { replicas = 1, template, progressDeadlineSeconds, minReadySeconds = 0 } = spec ?? {};
  return {
    apiVersion: API_VERSION,
    kind: 'BlueGreen',
    metadata: {
      name: metadata?.name,
      namespace: metadata?.namespace,
      labels: metadata?.labels ?? {},
      annotations: Object.fromEntries(annotations),
    },
    spec: {
      replicas,
      template: plainTemplate(template),
      services: { active, ...(preview === undefined ? {} : { preview }) },
      ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
      // A pod counted as available only after this time.
      ...(minReadySeconds > 0 ? { promotion: { soakSeconds: minReadySeconds } } : {}),
    },
  };
};

const plainTemplate = (template: V1PodTemplateSpec | undefined): object => {
  const { metadata, spec } = template ?? {};
  const { labels, annotations } = metadata ?? {};
  return {
    metadata: { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) },
    spec,
  };
};

/** Whose the Deployment is, when that is Helm. */
export const helmReleaseOf = (deployment: V1Deployment | undefined): string | undefined =>
  deployment?.metadata?.annotations?.['meta.helm.sh/release-name'];

/**
 * Under whose name the BlueGreen is applied: of whoever applies the Deployment (Helm 4, Argo CD, Flux), so that this one
 * may go on changing what is its own; else of this program.
 */
export const applierOf = (deployment: V1Deployment | undefined, otherwise: string): string =>
  deployment?.metadata?.managedFields?.find(({ operation }) => operation === 'Apply')?.manager ?? otherwise;
