import type {
  V1Container,
  V1Deployment,
  V1ObjectMeta,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Volume,
} from '@kubernetes/client-node';
import {
  ANNOTATION_TRAFFIC,
  LABEL_BLUEGREEN,
  LABEL_REVISION,
  LABEL_SLOT,
  POD_INFO_PATH,
  POD_INFO_VOLUME,
  deploymentName,
} from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { controllerReference } from './owner.ts';
import type { Owner } from './owner.ts';

/** The library declares the API's types as classes; what the API server sends is plain data. */
type Plain<T> = { [K in keyof T]: T[K] };

/** What a slot's Deployment is made from. */
export interface SlotContent {
  owner: Owner;
  slot: Slot;
  revision: string;
  /** The pod template as recorded: it names the config copies. */
  template: V1PodTemplateSpec;
  replicas: number;
  /** Precondition of the apply. Default: none. */
  resourceVersion?: string;
}

/** A slot's Deployment, whole, as it is applied. */
export const slotDeployment = (content: SlotContent): V1Deployment => {
  const { owner, slot, revision, template, replicas, resourceVersion } = content;
  const selector = { [LABEL_BLUEGREEN]: owner.name, [LABEL_SLOT]: slot };
  const labels = { ...selector, [LABEL_REVISION]: revision };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: deploymentName(owner.name, slot),
      namespace: owner.namespace,
      labels,
      ownerReferences: [controllerReference(owner)],
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      replicas,
      revisionHistoryLimit: 0,
      selector: { matchLabels: selector },
      // The slot does not serve while it is filled: all old pods may go and all new ones come at once.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } },
      template: slotTemplate(template, labels),
    },
  };
};

/** The recorded template with what every pod of a slot gets: labels, the traffic annotation, the pod-info volume. */
const slotTemplate = (template: Plain<V1PodTemplateSpec>, labels: Record<string, string>): V1PodTemplateSpec => {
  const metadata: Plain<V1ObjectMeta> = template.metadata ?? {};
  const { spec } = template;
  return {
    ...template,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, [ANNOTATION_TRAFFIC]: 'active' },
    },
    ...(spec === undefined ? {} : { spec: withPodInfo(spec) }),
  };
};

const withPodInfo = (spec: Plain<V1PodSpec>): V1PodSpec => {
  const { containers, initContainers, volumes } = spec;
  return {
    ...spec,
    ...(isList(containers) ? { containers: containers.map(withMount) } : {}),
    ...(isList(initContainers) ? { initContainers: initContainers.map(withMount) } : {}),
    volumes: [...(isList(volumes) ? volumes.filter(({ name }) => name !== POD_INFO_VOLUME) : []), podInfo],
  };
};

const withMount = (container: Plain<V1Container>): V1Container => {
  const mounts = isList(container.volumeMounts) ? container.volumeMounts : [];
  // A container that has something of its own in that place knows better.
  if (mounts.some(({ mountPath }) => [POD_INFO_PATH, `${POD_INFO_PATH}/`].includes(mountPath))) return container;
  return {
    ...container,
    volumeMounts: [...mounts, { name: POD_INFO_VOLUME, mountPath: POD_INFO_PATH, readOnly: true }],
  };
};

/** The schema does not look into a template; what is no list of objects is left for the dry run to complain about. */
const isList = <T>(value: T[] | undefined): value is T[] =>
  Array.isArray(value) && value.every((item: unknown) => typeof item === 'object' && item !== null);

const file = (path: string, field: string): { path: string; fieldRef: { fieldPath: string } } => ({
  path,
  fieldRef: { fieldPath: `metadata.${field}` },
});

const podInfo: V1Volume = {
  name: POD_INFO_VOLUME,
  downwardAPI: {
    items: [
      file('traffic', `annotations['${ANNOTATION_TRAFFIC}']`),
      file('revision', `labels['${LABEL_REVISION}']`),
      file('slot', `labels['${LABEL_SLOT}']`),
    ],
  },
};
