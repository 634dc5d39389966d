import type { V1Deployment, V1ManagedFieldsEntry, V1PodTemplateSpec, V1StatefulSet } from '@kubernetes/client-node';
import { ANNOTATION_CONFIG_COPIES, ANNOTATION_CONFIG_ROLLOUT, FIELD_MANAGER } from '../../api/names.ts';
import { findConfigReferences } from '../../api/references.ts';
import type { WorkloadView } from '../../plan/rollout/judge-workload.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** The kinds of workloads that can opt in. */
export type WorkloadKind = 'Deployment' | 'StatefulSet';

/** A Deployment or a StatefulSet that has opted in to a ConfigRollout, or has not been restored since it opted out. */
export interface CachedWorkload extends Omit<WorkloadView, 'versions'>, Identity {
  kind: WorkloadKind;
  deleting: boolean;
  /** The ConfigRollout that its annotation names. */
  rollout: string | undefined;
  /** What its references were changed to, from the original's name to the copy's. */
  copies: Readonly<Record<string, string>>;
  /** The operator counts as the manager of what it changed, which would be a conflict for the next `helm upgrade`. */
  claimed: boolean;
  /** Names of the ConfigMaps that its template names. */
  configMaps: readonly string[];
}

/** Undefined for one that has nothing to do with any ConfigRollout. */
export const viewDeployment = (deployment: V1Deployment): CachedWorkload | undefined => {
  const { spec, status } = deployment;
  const late = status?.conditions?.find(({ type, status: is }) => type === 'Progressing' && is === 'False');
  return view('Deployment', deployment, {
    paused: spec?.paused === true,
    replicas: spec?.replicas ?? 1,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    total: status?.replicas ?? 0,
    failure: late?.reason === 'ProgressDeadlineExceeded' ? (late.message ?? late.reason) : undefined,
  });
};

/** Undefined for one that has nothing to do with any ConfigRollout. */
export const viewStatefulSet = (statefulSet: V1StatefulSet): CachedWorkload | undefined => {
  const { spec, status } = statefulSet;
  return view('StatefulSet', statefulSet, {
    paused: false,
    replicas: spec?.replicas ?? 1,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    total: status?.replicas ?? 0,
    failure: undefined,
  });
};

/** What the two kinds have in common. */
interface Workload {
  metadata?: V1Deployment['metadata'];
  spec?: { template: V1PodTemplateSpec };
  status?: { observedGeneration?: number };
}

type Progress = Pick<WorkloadView, 'paused' | 'replicas' | 'updated' | 'ready' | 'total' | 'failure'>;

const view = (kind: WorkloadKind, workload: Workload, progress: Progress): CachedWorkload | undefined => {
  const { metadata, spec, status } = workload;
  const rollout = metadata?.annotations?.[ANNOTATION_CONFIG_ROLLOUT];
  const copies = copiesOf(workload);
  const claimed = metadata?.managedFields?.some(isOwnClaim) === true;
  if (rollout === undefined && Object.keys(copies).length === 0 && !claimed) return undefined;
  const references = spec === undefined ? [] : findConfigReferences(spec.template);
  return {
    ...identityOf(metadata),
    kind,
    deleting: metadata?.deletionTimestamp !== undefined,
    rollout,
    copies,
    claimed,
    configMaps: [...new Set(references.filter((one) => one.kind === 'ConfigMap').map(({ name }) => name))],
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
    ...progress,
  };
};

/** Whether that entry says that the operator manages fields of the object itself. */
export const isOwnClaim = ({ manager, subresource }: V1ManagedFieldsEntry): boolean =>
  manager === FIELD_MANAGER && (subresource === undefined || subresource === '');

/** What the annotation says; nothing where somebody has written something else there. */
export const copiesOf = ({ metadata }: Pick<Workload, 'metadata'>): Record<string, string> => {
  const text = metadata?.annotations?.[ANNOTATION_CONFIG_COPIES];
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // What cannot be read names nothing.
    return {};
  }
};
