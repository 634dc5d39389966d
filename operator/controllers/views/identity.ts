import type { V1ObjectMeta } from '@kubernetes/client-node';

/** What every view knows of its object. */
export interface Identity {
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
}

/** The identity of an object that the API server sent; it always has all four. */
export const identityOf = (metadata: V1ObjectMeta | undefined): Identity => ({
  namespace: metadata?.namespace ?? '',
  name: metadata?.name ?? '',
  uid: metadata?.uid ?? '',
  resourceVersion: metadata?.resourceVersion ?? '',
});

/** The uid of the object's controller, which owns it alone. */
export const controllerUid = (metadata: V1ObjectMeta | undefined): string | undefined =>
  metadata?.ownerReferences?.find((owner) => owner.controller === true)?.uid;
