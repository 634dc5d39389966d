import type { V1Deployment } from '@kubernetes/client-node';
import { deploymentName } from '../../api/names.ts';
import type { Slot } from '../../api/names.ts';
import { isNotFound } from '../../runtime/errors.ts';
import { resourcePath } from '../../runtime/resource.ts';
import { DEPLOYMENTS } from '../resources.ts';
import { controllerUid, identityOf } from '../views/identity.ts';
import { viewSlot } from '../views/slot.ts';
import type { BlueGreenContext } from './context.ts';

/** Puts the answer to a write of a slot's Deployment into the cache. */
export const assumeSlot = ({ stores }: BlueGreenContext, deployment: V1Deployment): void => {
  const view = viewSlot(deployment);
  if (view !== undefined) stores.slots.assume(view);
};

/**
 * Reads a slot's Deployment that the cache does not have: it is either too new for the cache, or somebody else's. The
 * latter may carry none of the operator's labels, so that no watch would ever bring it.
 */
export const learnSlot = async (context: BlueGreenContext, slot: Slot): Promise<void> => {
  const { client, bluegreen, memory, signal } = context;
  const { namespace, name, uid } = bluegreen;
  const path = resourcePath(DEPLOYMENTS, { namespace, name: deploymentName(name, slot) });
  delete memory.foreign[slot];
  try {
    const deployment = await client.get<V1Deployment>(path, { signal });
    const view = viewSlot(deployment);
    if (view !== undefined) {
      assumeSlot(context, deployment);
    } else if (controllerUid(deployment.metadata) !== uid) {
      memory.foreign[slot] = foreignSlot(slot, deployment);
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
};

const foreignSlot = (slot: Slot, { metadata, spec, status }: V1Deployment) => ({
  slot,
  resourceVersion: identityOf(metadata).resourceVersion,
  foreign: true,
  deleting: metadata?.deletionTimestamp !== undefined,
  revision: '',
  replicas: spec?.replicas ?? 1,
  observed: true,
  total: status?.replicas ?? 0,
  updated: status?.updatedReplicas ?? 0,
  ready: status?.readyReplicas ?? 0,
});
