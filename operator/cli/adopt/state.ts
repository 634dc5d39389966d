import type { V1Deployment, V1EndpointSlice, V1Pod, V1Service } from '@kubernetes/client-node';
import type { BlueGreen } from '../../api/bluegreen.ts';
import type { Slot } from '../../api/names.ts';
import type { ControllerRevision } from '../../controllers/views/record.ts';
import { markOf } from './mark.ts';
import type { Reader } from '../read/reader.ts';
import { BLUE_GREENS, DEPLOYMENTS } from '../read/resources.ts';
import { withoutEmptyStatus } from '../read/seen.ts';

/** All that decides what is the next thing to do; read anew before each. */
export interface AdoptionState {
  namespace: string;
  name: string;
  deployment: V1Deployment | undefined;
  blueGreen: BlueGreen | undefined;
  /** The Service that is, or is to be, taken over. */
  service: V1Service | undefined;
  /** Names of Services whose selector matches the Deployment's pods. */
  candidates: string[];
  slots: Partial<Record<Slot, V1Deployment>>;
  /** Pods of the slots. */
  pods: V1Pod[];
  records: ControllerRevision[];
  /** Names of the pods that the Service's EndpointSlices list as ready. */
  ready: string[];
}

export const readState = async (
  reader: Reader,
  { namespace, name, service: chosen }: { namespace: string; name: string; service?: string | undefined },
): Promise<AdoptionState> => {
  const deployment = await reader.find<V1Deployment>(DEPLOYMENTS, namespace, name);
  const found = await reader.find<BlueGreen>(BLUE_GREENS, namespace, name);
  const candidates = (await reader.services(namespace)).filter((service) => selects(service, deployment));
  const names = candidates.map(({ metadata }) => metadata?.name ?? '');
  const taken = markOf(deployment)?.service ?? found?.spec.services.active ?? chosen;
  const service = taken ?? (names.length === 1 ? names[0] : undefined);
  const [slots, pods, records, slices] = await Promise.all([
    reader.deployments(namespace, name),
    reader.pods(namespace, name),
    reader.records(namespace, name),
    service === undefined ? [] : reader.endpointSlices(namespace, service),
  ]);
  return {
    namespace,
    name,
    deployment,
    blueGreen: found === undefined ? undefined : withoutEmptyStatus(found),
    service: service === undefined ? undefined : await reader.service(namespace, service),
    candidates: names,
    slots,
    pods,
    records,
    ready: readyPods(slices),
  };
};

const readyPods = (slices: readonly V1EndpointSlice[]): string[] =>
  slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready === true)
    .map(({ targetRef }) => targetRef?.name ?? '');

const selects = ({ spec }: V1Service, deployment: V1Deployment | undefined): boolean => {
  const labels = deployment?.spec?.template.metadata?.labels ?? {};
  const selector = Object.entries(spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
};

/** Every pod of the Deployment's newest template runs and is ready, and no other is left. */
export const isWhole = (deployment: V1Deployment | undefined): boolean => {
  const { generation } = deployment?.metadata ?? {};
  const { observedGeneration, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = deployment?.status ?? {};
  const asked = deployment?.spec?.replicas ?? 1;
  return (
    observedGeneration === generation && [replicas, updatedReplicas, readyReplicas].every((count) => count === asked)
  );
};
