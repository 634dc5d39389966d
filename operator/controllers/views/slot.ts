import type { V1Deployment } from '@kubernetes/client-node';
import { LABEL_BLUEGREEN, LABEL_CLAIM, LABEL_REVISION, SLOTS, deploymentName } from '../../api/names.ts';
import type { SlotView } from '../../plan/types.ts';
import { controllerUid, identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** A slot's Deployment as the cache holds it; whether it is foreign depends on who asks. */
export interface CachedSlot extends Omit<SlotView, 'foreign'>, Identity {
  /** The BlueGreen that its label names. */
  bluegreen: string;
  /** The uid of its controller; undefined for an orphan. */
  controller: string | undefined;
}

/** Undefined for a Deployment that does not have a slot's name. */
export const viewSlot = (deployment: V1Deployment): CachedSlot | undefined => {
  const { metadata, spec, status } = deployment;
  const identity = identityOf(metadata);
  const bluegreen = metadata?.labels?.[LABEL_BLUEGREEN] ?? '';
  const slot = SLOTS.find((candidate) => deploymentName(bluegreen, candidate) === identity.name);
  if (slot === undefined) return undefined;
  return {
    ...identity,
    bluegreen,
    controller: controllerUid(metadata),
    slot,
    deleting: metadata?.deletionTimestamp !== undefined,
    revision: metadata?.labels?.[LABEL_REVISION] ?? '',
    replicas: spec?.replicas ?? 1,
    observed: (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0),
    total: status?.replicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    failure: status?.conditions?.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True')?.message,
    claim: metadata?.labels?.[LABEL_CLAIM],
  };
};

/** The slot as plan reads it. An orphan with the slot's name and labels is taken for its own: see adopt. */
export const slotFor = (cached: CachedSlot, ownerUid: string): SlotView => {
  const { slot, resourceVersion, deleting, revision, replicas, observed, total, updated, ready, failure, claim } =
    cached;
  const foreign = cached.controller !== undefined && cached.controller !== ownerUid;
  return {
    slot,
    resourceVersion,
    foreign,
    deleting,
    revision,
    replicas,
    observed,
    total,
    updated,
    ready,
    failure,
    claim,
  };
};
