import { MAX_NAME_LENGTH, SLOTS, deploymentName, revisionSelector } from '../../api/names.ts';
import { StateError } from '../errors.ts';
import { sentenceOf } from '../view/health.ts';
import { markOf } from './mark.ts';
import { isWhole } from './state.ts';
import type { AdoptionState } from './state.ts';

/** The next thing to do. Each is safe to do twice, and the one after it is found from the cluster alone. */
export type AdoptionStep =
  | { kind: 'mark'; sentence: string }
  | { kind: 'create'; sentence: string }
  | { kind: 'empty'; sentence: string }
  | { kind: 'wait'; sentence: string }
  | { kind: 'done'; sentence: string };

/**
 * How a Deployment becomes a BlueGreen. It serves until the BlueGreen's pods are ready and the Service's EndpointSlices
 * list those alone; only then is it emptied. Throws StateError when it cannot be done.
 */
export const nextAdoption = (state: AdoptionState, now: number): AdoptionStep => {
  const { name, deployment, blueGreen, service } = state;
  if (deployment === undefined)
    throw new StateError(`Expected Deployment ${name} in namespace ${state.namespace}, found none`);
  const mark = markOf(deployment);
  if (mark === undefined) {
    expectAdoptable(state);
    return {
      kind: 'mark',
      sentence: `Deployment ${name} remembers what Service ${service?.metadata?.name} selects now`,
    };
  }
  if (blueGreen === undefined) {
    if (deployment.spec?.replicas === 0) {
      throw new StateError(
        `Expected BlueGreen ${name} beside the Deployment that it emptied, found none: kubectl relevo release ${name}`,
      );
    }
    if (!isWhole(deployment)) return { kind: 'wait', sentence: `every pod of Deployment ${name} to be ready` };
    return {
      kind: 'create',
      sentence: `BlueGreen ${name} is made from the Deployment's template; the Deployment goes on serving`,
    };
  }
  const { status } = blueGreen;
  const { active } = status ?? {};
  const isSelected = active !== undefined && isExactly(service?.spec?.selector, revisionSelector(name, active));
  const own = new Set(state.pods.map(({ metadata }) => metadata?.name));
  const isAlone = state.ready.length > 0 && state.ready.every((pod) => own.has(pod));
  if (status?.release !== undefined || !isSelected || !isAlone) {
    return {
      kind: 'wait',
      sentence: sentenceOf(blueGreen, now) ?? `Service ${service?.metadata?.name} to select the BlueGreen's pods alone`,
    };
  }
  if (deployment.spec?.replicas !== 0) {
    return { kind: 'empty', sentence: `${active} serves; the pods of Deployment ${name} drain and end` };
  }
  const left = deployment.status?.replicas ?? 0;
  if (left > 0) return { kind: 'wait', sentence: `${left} pods of Deployment ${name} to end` };
  return { kind: 'done', sentence: `BlueGreen ${name} serves ${active}` };
};

const expectAdoptable = (state: AdoptionState): void => {
  const { name, namespace, deployment, blueGreen, service, candidates, slots } = state;
  if (blueGreen !== undefined)
    throw new StateError(
      `Expected no BlueGreen ${name} in namespace ${namespace}, found one that this Deployment was not adopted for`,
    );
  if (name.length > MAX_NAME_LENGTH)
    throw new StateError(
      `Expected a name of at most ${MAX_NAME_LENGTH} characters, found ${name}: a BlueGreen's name is part of its pods' names`,
    );
  const owner = deployment?.metadata?.ownerReferences?.find(({ controller }) => controller === true);
  if (owner !== undefined)
    throw new StateError(
      `Expected Deployment ${name} to belong to nobody, found it made by ${owner.kind} ${owner.name}, which would make it again`,
    );
  const taken = SLOTS.find((slot) => slots[slot] !== undefined);
  if (taken !== undefined)
    throw new StateError(
      `Expected the name ${deploymentName(name, taken)} to be free, found a Deployment of that name`,
    );
  if (!isWhole(deployment) || deployment?.spec?.replicas === 0) {
    const { readyReplicas = 0 } = deployment?.status ?? {};
    throw new StateError(
      `Expected every pod of Deployment ${name} to be ready, found ${readyReplicas} of ${deployment?.spec?.replicas}: wait for its rollout first`,
    );
  }
  if (service === undefined) {
    throw new StateError(
      candidates.length === 0
        ? `Expected a Service that selects the pods of Deployment ${name}, found none: name it by --service`
        : `Expected one Service that selects the pods of Deployment ${name}, found ${candidates.join(', ')}: name the one that clients use by --service`,
    );
  }
  if (!candidates.includes(service.metadata?.name ?? '')) {
    throw new StateError(
      `Expected Service ${service.metadata?.name} to select the pods of Deployment ${name}, found ${JSON.stringify(service.spec?.selector ?? {})}`,
    );
  }
};

const isExactly = (found: Record<string, string> | undefined, wanted: Record<string, string>): boolean =>
  Object.keys(found ?? {}).length === Object.keys(wanted).length &&
  Object.entries(wanted).every(([key, value]) => found?.[key] === value);
