import type { V1Deployment } from '@kubernetes/client-node';
import { ANNOTATION_FENCE, LABEL_COPY_OF } from '../../api/names.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import type { Resource } from '../../runtime/resource.ts';
import type { Reader } from '../read/reader.ts';
import { BLUE_GREENS, CONFIG_MAPS, CONTROLLER_REVISIONS, DEPLOYMENTS, SERVICES } from '../read/resources.ts';
import { adoptedBlueGreen, applierOf } from './manifest.ts';
import { ANNOTATION_ADOPTED, markOf } from './mark.ts';
import type { Mark } from './mark.ts';
import type { AdoptionStep } from './next-adoption.ts';
import type { ReleaseStep } from './next-release.ts';
import type { AdoptionState } from './state.ts';

export interface Hands {
  client: ApiClient;
  reader: Reader;
  preview?: string | undefined;
  signal: AbortSignal;
}

const FIELD_MANAGER = 'kubectl-relevo';

/** Does one thing. Each write fails when what it was decided on has changed; then all is read anew. */
export const carryOut = async (
  hands: Hands,
  state: AdoptionState,
  kind: (AdoptionStep | ReleaseStep)['kind'],
): Promise<void> => {
  const { client, signal } = hands;
  const { namespace, name, deployment, blueGreen, service } = state;
  const mark = markOf(deployment);
  switch (kind) {
    case 'mark': {
      const fresh: Mark = {
        service: service?.metadata?.name ?? '',
        selector: service?.spec?.selector ?? {},
        replicas: deployment?.spec?.replicas ?? 1,
      };
      return patchDeployment(hands, deployment, { metadata: annotated(fresh) });
    }
    case 'create': {
      const active = mark?.service ?? '';
      const body = adoptedBlueGreen(deployment ?? {}, { active, preview: hands.preview });
      const fieldManager = applierOf(deployment, FIELD_MANAGER);
      await client.apply(pathOf(BLUE_GREENS, namespace, name), body, { fieldManager, signal });
      return undefined;
    }
    case 'empty':
      return patchDeployment(hands, deployment, { spec: { replicas: 0 } });
    case 'restore':
      return restore(hands, state);
    case 'orphan':
      return client.delete(pathOf(BLUE_GREENS, namespace, name), {
        signal,
        uid: blueGreen?.metadata.uid,
        propagationPolicy: 'Orphan',
      });
    case 'select': {
      const gone = Object.fromEntries(Object.keys(service?.spec?.selector ?? {}).map((key) => [key, null]));
      const body = {
        metadata: { resourceVersion: service?.metadata?.resourceVersion, annotations: { [ANNOTATION_FENCE]: null } },
        spec: { selector: { ...gone, ...mark?.selector } },
      };
      await client.patch(pathOf(SERVICES, namespace, mark?.service ?? ''), body, {
        type: 'merge',
        fieldManager: FIELD_MANAGER,
        signal,
      });
      return undefined;
    }
    case 'removeSlots':
      for (const slot of Object.values(state.slots)) await remove(hands, DEPLOYMENTS, slot);
      return undefined;
    case 'collect':
      for (const record of state.records) await collect(hands, record);
      return undefined;
    case 'unmark':
      return unmark(hands, state);
    case 'wait':
    case 'done':
      return undefined;
  }
};

/** Leaves no claim on any field either, so that whoever applies the Deployment meets no conflict. */
const unmark = async ({ client, signal }: Hands, { namespace, name, deployment }: AdoptionState): Promise<void> => {
  const { resourceVersion, managedFields = [] } = deployment?.metadata ?? {};
  const patch = [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'remove', path: `/metadata/annotations/${ANNOTATION_ADOPTED.replace('/', '~1')}` },
    {
      op: 'replace',
      path: '/metadata/managedFields',
      value: managedFields.filter(({ manager }) => manager !== FIELD_MANAGER),
    },
  ];
  await client.patch(pathOf(DEPLOYMENTS, namespace, name), patch, {
    type: 'json',
    fieldManager: FIELD_MANAGER,
    signal,
  });
};

/** Puts the template that the BlueGreen runs in the place of the old one, whole. */
const restore = async (hands: Hands, { namespace, name, deployment, blueGreen }: AdoptionState): Promise<void> => {
  const { client, signal } = hands;
  const mark = markOf(deployment);
  const { replicas, template } = blueGreen?.spec ?? {};
  if (mark === undefined || template === undefined) return;
  const restored = blueGreen?.status?.active ?? 'none';
  // The Deployment's selector must go on matching.
  const labels = { ...template.metadata?.labels, ...deployment?.spec?.selector.matchLabels };
  const annotations = template.metadata?.annotations ?? {};
  const patch = [
    { op: 'replace', path: '/metadata/resourceVersion', value: deployment?.metadata?.resourceVersion },
    {
      op: 'add',
      path: `/metadata/annotations/${ANNOTATION_ADOPTED.replace('/', '~1')}`,
      value: JSON.stringify({ ...mark, restored }),
    },
    { op: 'replace', path: '/spec/replicas', value: replicas },
    { op: 'replace', path: '/spec/template', value: { metadata: { labels, annotations }, spec: template.spec } },
  ];
  await client.patch(pathOf(DEPLOYMENTS, namespace, name), patch, {
    type: 'json',
    fieldManager: FIELD_MANAGER,
    signal,
  });
};

const pathOf = (resource: Resource, namespace: string, name: string): string =>
  resourcePath(resource, { namespace, name });

const annotated = (mark: Mark): { annotations: Record<string, string> } => ({
  annotations: { [ANNOTATION_ADOPTED]: JSON.stringify(mark) },
});

const patchDeployment = async (
  { client, signal }: Hands,
  deployment: V1Deployment | undefined,
  patch: { metadata?: object; spec?: object },
): Promise<void> => {
  const { namespace = '', name = '', resourceVersion } = deployment?.metadata ?? {};
  const body = { ...patch, metadata: { ...patch.metadata, resourceVersion } };
  await client.patch(pathOf(DEPLOYMENTS, namespace, name), body, {
    type: 'merge',
    fieldManager: FIELD_MANAGER,
    signal,
  });
};

interface Owned {
  metadata?: { namespace?: string; name?: string; uid?: string };
}

const remove = async ({ client, signal }: Hands, resource: Resource, { metadata }: Owned): Promise<void> => {
  const { namespace = '', name = '', uid } = metadata ?? {};
  try {
    await client.delete(pathOf(resource, namespace, name), { signal, uid, propagationPolicy: 'Background' });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

/** A record goes last: until then it names the copies. Copies that another BlueGreen uses stay. */
const collect = async (hands: Hands, record: ControllerRevision): Promise<void> => {
  const { namespace = '' } = record.metadata ?? {};
  for (const name of record.data?.copies ?? []) {
    const copy = await hands.reader.configMap(namespace, name);
    const isFree = (copy?.metadata?.ownerReferences ?? []).length === 0;
    if (copy?.metadata?.labels?.[LABEL_COPY_OF] !== undefined && isFree) await remove(hands, CONFIG_MAPS, copy);
  }
  await remove(hands, CONTROLLER_REVISIONS, record);
};
