import type { V1Deployment, V1StatefulSet } from '@kubernetes/client-node';
import { ANNOTATION_CONFIG_COPIES, FIELD_MANAGER } from '../../api/names.ts';
import { rewriteConfigReferences } from '../../api/references.ts';
import type { ConfigName } from '../../api/references.ts';
import { versionOfCopy } from '../../api/version.ts';
import type { ApiClient } from '../../runtime/client.ts';
import { isConflict } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { StaleViewError } from '../actions/context.ts';
import { DEPLOYMENTS, STATEFUL_SETS } from '../resources.ts';
import type { Stores } from '../stores.ts';
import { isOwnClaim, viewDeployment, viewStatefulSet } from '../views/workload.ts';
import type { CachedWorkload, WorkloadKind } from '../views/workload.ts';

/** A Deployment or a StatefulSet as the API server holds it. */
export type Workload = V1Deployment | V1StatefulSet;

interface Access {
  client: ApiClient;
  signal: AbortSignal;
}

const RESOURCES = { Deployment: DEPLOYMENTS, StatefulSet: STATEFUL_SETS };

/** Whether a reference is to the ConfigMap, or to any copy of it. */
export const isOf = (configMap: string, { kind, name }: ConfigName): boolean =>
  kind === 'ConfigMap' && (name === configMap || versionOfCopy(configMap, name) !== undefined);

/** Reads a workload live; the cache does not hold its template. */
export const readWorkload = async ({ client, signal }: Access, cached: CachedWorkload): Promise<Workload> => {
  const { kind, namespace, name, uid, resourceVersion } = cached;
  const object = await client.get<Workload>(resourcePath(RESOURCES[kind], { namespace, name }), { signal });
  if (object.metadata?.uid !== uid || object.metadata.deletionTimestamp !== undefined) {
    throw new StaleViewError(`${kind} ${name} to stay`, 'another, or it being deleted');
  }
  if (object.metadata.resourceVersion !== resourceVersion) {
    throw new StaleViewError(`${kind} ${name} as it was`, 'a newer one');
  }
  return object;
};

/**
 * Changes every reference to a ConfigMap, or to a copy of it, to the copy; without one, back to the ConfigMap. Then gives
 * up at once being the manager of what was changed; where the object has changed in between, the next reconcile does it.
 */
export const rewriteWorkload = async (
  { client, stores, signal }: Access & { stores: Stores },
  object: Workload,
  { kind, configMap, copy }: { kind: WorkloadKind; configMap: string; copy?: string },
): Promise<void> => {
  const { namespace, name, resourceVersion } = object.metadata ?? {};
  const template = rewriteConfigReferences(object.spec?.template ?? {}, (reference) =>
    isOf(configMap, reference) ? (copy ?? configMap) : undefined,
  );
  const copies = copy === undefined ? null : JSON.stringify({ [configMap]: copy });
  const body = {
    metadata: { resourceVersion, annotations: { [ANNOTATION_CONFIG_COPIES]: copies } },
    spec: { template: { spec: template.spec } },
  };
  const written = await patchWorkload({ client, stores, signal }, { kind, namespace, name }, body);
  try {
    await disclaimWorkload({ client, stores, signal }, kind, written);
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
};

/**
 * Gives up being the manager of what was changed. Helm 4, and whoever else applies on the server, would meet a conflict
 * with the operator at every upgrade; like this they write the original's name, and it is changed again. It takes a
 * write of its own: whoever changes a field becomes its manager by that.
 */
export const disclaimWorkload = async (
  access: Access & { stores: Stores },
  kind: WorkloadKind,
  { metadata }: Workload,
): Promise<void> => {
  const { namespace, name, resourceVersion, managedFields = [] } = metadata ?? {};
  const kept = managedFields.filter((entry) => !isOwnClaim(entry));
  if (kept.length === managedFields.length) return;
  await patchWorkload(access, { kind, namespace, name }, { metadata: { resourceVersion, managedFields: kept } });
};

const patchWorkload = async (
  { client, stores, signal }: Access & { stores: Stores },
  { kind, namespace, name }: { kind: WorkloadKind; namespace?: string | undefined; name?: string | undefined },
  body: object,
): Promise<Workload> => {
  const path = resourcePath(RESOURCES[kind], { namespace, name });
  const options = { type: 'merge', fieldManager: FIELD_MANAGER, signal } as const;
  if (kind === 'Deployment') {
    const written = await client.patch<V1Deployment>(path, body, options);
    const view = viewDeployment(written);
    if (view !== undefined) stores.deployments.assume(view);
    return written;
  }
  const written = await client.patch<V1StatefulSet>(path, body, options);
  const view = viewStatefulSet(written);
  if (view !== undefined) stores.statefulSets.assume(view);
  return written;
};
