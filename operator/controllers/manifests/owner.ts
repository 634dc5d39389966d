import type { V1OwnerReference } from '@kubernetes/client-node';
import { API_VERSION } from '../../api/names.ts';

/** The object that another is made for; a BlueGreen unless it says otherwise. */
export interface Owner {
  apiVersion?: string;
  kind?: string;
  namespace: string;
  name: string;
  uid: string;
}

/** Makes an object go with its BlueGreen, which is its only controller. */
export const controllerReference = ({ name, uid }: Owner): V1OwnerReference => ({
  apiVersion: API_VERSION,
  kind: 'BlueGreen',
  name,
  uid,
  controller: true,
  // Only asked for by foreground deletion: the BlueGreen stays until the object is gone.
  blockOwnerDeletion: true,
});

/** Makes an object go with the last of its owners. */
export const ownerReference = ({
  apiVersion = API_VERSION,
  kind = 'BlueGreen',
  name,
  uid,
}: Owner): V1OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
});
