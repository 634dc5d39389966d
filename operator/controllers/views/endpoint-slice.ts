import type { V1EndpointSlice } from '@kubernetes/client-node';
import { SLOTS, deploymentName } from '../../api/names.ts';
import type { EndpointView } from '../../plan/types.ts';
import { identityOf } from './identity.ts';
import type { Identity } from './identity.ts';

/** The label that names a slice's Service. */
export const LABEL_SERVICE_NAME = 'kubernetes.io/service-name';

/** An EndpointSlice as the cache holds it. */
export interface CachedEndpointSlice extends Identity {
  service: string;
  endpoints: { pod: string | undefined; ready: boolean }[];
}

export const viewEndpointSlice = ({ metadata, endpoints }: V1EndpointSlice): CachedEndpointSlice | undefined => {
  const service = metadata?.labels?.[LABEL_SERVICE_NAME];
  if (service === undefined) return undefined;
  return {
    ...identityOf(metadata),
    service,
    // The server sends null for an empty list.
    endpoints: (endpoints ?? []).map(({ targetRef, conditions }) => ({
      pod: targetRef?.kind === 'Pod' ? targetRef.name : undefined,
      // Unknown counts as ready, as the API says.
      ready: conditions?.ready !== false,
    })),
  };
};

/** The endpoints of some slices as plan reads them. */
export const endpointsOf = (slices: readonly CachedEndpointSlice[], bluegreen: string): EndpointView[] =>
  slices.flatMap(({ endpoints }) => endpoints.map(({ pod, ready }) => ({ slot: slotOfPod(pod, bluegreen), ready })));

// The names that a Deployment's pods get: `<deployment>-<hash of the template>-<random>`, neither with a dash.
const POD_SUFFIX = /^-[a-z0-9]+-[a-z0-9]+$/u;

const slotOfPod = (pod: string | undefined, bluegreen: string): EndpointView['slot'] =>
  SLOTS.find((slot) => {
    const prefix = deploymentName(bluegreen, slot);
    return pod?.startsWith(prefix) === true && POD_SUFFIX.test(pod.slice(prefix.length));
  }) ?? 'other';
