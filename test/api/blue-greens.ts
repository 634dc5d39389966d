import type { V1Container, V1PodTemplateSpec, V1Volume } from '@kubernetes/client-node';
import type { BlueGreenSpec, Decision, PromotionMode, SecretsMode } from '../../operator/api/bluegreen.ts';

/** The parts of a BlueGreen that a test varies; the rest is small and quick. */
export interface Variation {
  /** `ready:v1` and so on: see pod-behaviour.ts. */
  image?: string;
  replicas?: number;
  retireAfterSeconds?: number;
  soakSeconds?: number;
  mode?: PromotionMode;
  /** Pods before promotion. */
  previewReplicas?: number;
  overlapSeconds?: number;
  progressDeadlineSeconds?: number;
  quietSeconds?: number;
  exclude?: string[];
  secrets?: SecretsMode;
  /** `spec.checks`, as a person writes it. */
  checks?: object;
  paused?: boolean;
  decision?: Decision;
  /** Fields of the one container, for example envFrom. */
  container?: Partial<V1Container>;
  initContainers?: V1Container[];
  volumes?: V1Volume[];
  /** Annotations of the pods. */
  annotations?: Record<string, string>;
}

/** A spec as a person writes it: without what the API server fills in. */
export type WrittenSpec = Pick<BlueGreenSpec, 'replicas' | 'template' | 'services'> & Record<string, unknown>;

/** Names of the two Services of the BlueGreen in each scene. */
export const SERVICES_OF_WEB = { active: 'web', preview: 'web-preview' };

const templateOf = (variation: Variation): V1PodTemplateSpec => {
  const { image = 'ready:v1', container = {}, initContainers, volumes, annotations } = variation;
  return {
    metadata: { labels: { app: 'web' }, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      // Else every pod would also get the cluster's certificates.
      automountServiceAccountToken: false,
      containers: [{ name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }], ...container }],
      ...(initContainers === undefined ? {} : { initContainers }),
      ...(volumes === undefined ? {} : { volumes }),
    },
  };
};

/** The spec of a BlueGreen. */
export const specOf = (variation: Variation): WrittenSpec => {
  const { replicas = 2, retireAfterSeconds = 600, soakSeconds = 0, progressDeadlineSeconds = 600 } = variation;
  const { mode = 'Automatic', previewReplicas, overlapSeconds = 0 } = variation;
  const { quietSeconds = 0, exclude = [], secrets = 'Follow', paused = false, decision, checks } = variation;
  return {
    replicas,
    template: templateOf(variation),
    services: SERVICES_OF_WEB,
    config: { quietSeconds, exclude, secrets },
    preview: previewReplicas === undefined ? {} : { replicas: previewReplicas },
    promotion: { mode, soakSeconds },
    switch: { overlapSeconds, retireAfterSeconds },
    progressDeadlineSeconds,
    paused,
    ...(checks === undefined ? {} : { checks }),
    ...(decision === undefined ? {} : { decision }),
  };
};
