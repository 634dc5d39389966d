import { StateError } from '../errors.ts';
import { markOf } from './mark.ts';
import { isWhole } from './state.ts';
import type { AdoptionState } from './state.ts';

/** The next thing to do on the way back; safe to do twice, like those of the adoption. */
export type ReleaseStep =
  | { kind: 'restore'; sentence: string }
  | { kind: 'orphan'; sentence: string }
  | { kind: 'select'; sentence: string }
  | { kind: 'removeSlots'; sentence: string }
  | { kind: 'collect'; sentence: string }
  | { kind: 'unmark'; sentence: string }
  | { kind: 'wait'; sentence: string }
  | { kind: 'done'; sentence: string };

/**
 * How a BlueGreen becomes the Deployment again that it was. The BlueGreen's pods serve until those of the Deployment are
 * ready and listed; nobody puts the selector back then, because the BlueGreen was deleted with its pods left alone.
 */
export const nextRelease = (state: AdoptionState): ReleaseStep => {
  const { name, deployment, blueGreen, service } = state;
  const mark = markOf(deployment);
  if (deployment === undefined || mark === undefined) {
    if (deployment !== undefined && blueGreen === undefined && state.pods.length === 0) {
      return { kind: 'done', sentence: `Deployment ${name} serves` };
    }
    throw new StateError(
      `Expected Deployment ${name} that was adopted, found ${deployment === undefined ? 'none' : 'one that was not'}: only what was adopted can be turned back`,
    );
  }
  if (blueGreen !== undefined) return beforeDeletion(state);
  if (!isWhole(deployment)) return waitForPods(state);
  if (service === undefined) throw new StateError(`Expected Service ${mark.service}, found none`);
  if (!isSelected(state))
    return { kind: 'select', sentence: `Service ${mark.service} selects what it selected before` };
  const slotPods = new Set(state.pods.map(({ metadata }) => metadata?.name));
  const listed = state.ready.filter((pod) => !slotPods.has(pod)).length;
  if (listed < (deployment.spec?.replicas ?? 1)) {
    return {
      kind: 'wait',
      sentence: `the EndpointSlices of Service ${mark.service} to list the pods of Deployment ${name}`,
    };
  }
  if (Object.keys(state.slots).length > 0)
    return { kind: 'removeSlots', sentence: 'the pods of the slots drain and end' };
  if (slotPods.size > 0) return { kind: 'wait', sentence: `${slotPods.size} pods of the slots to end` };
  if (state.records.length > 0)
    return { kind: 'collect', sentence: 'the recorded releases and their config copies go' };
  return { kind: 'unmark', sentence: `Deployment ${name} forgets that it was adopted` };
};

const beforeDeletion = (state: AdoptionState): ReleaseStep => {
  const { name, deployment, blueGreen } = state;
  const { metadata, spec, status } = blueGreen ?? {};
  if (metadata?.deletionTimestamp !== undefined) return { kind: 'wait', sentence: `BlueGreen ${name} to be gone` };
  if (status?.active !== undefined && (status.release !== undefined || status.target !== status.active)) {
    throw new StateError(
      `Expected no release under way, found ${status.release?.revision ?? status.target} (${status.step.name}): let it end, or kubectl relevo abort ${name}`,
    );
  }
  const { decision } = spec ?? {};
  const isAway = decision?.action === 'Rollback' && decision.revision !== status?.active;
  if (status?.rejected !== undefined || isAway) {
    throw new StateError(
      `Expected ${status?.active} to be what the spec asks for, found a decision or a failure against the spec: put the template that shall stay into spec.template first`,
    );
  }
  // One that never served has taken nothing from the Deployment.
  const revision = status?.active;
  const isRestored =
    revision === undefined
      ? deployment?.spec?.replicas !== 0
      : markOf(deployment)?.restored === revision && deployment?.spec?.replicas === spec?.replicas;
  if (!isRestored)
    return {
      kind: 'restore',
      sentence: `Deployment ${name} gets ${spec?.replicas} pods of ${revision ?? 'its template'} again; the BlueGreen goes on serving`,
    };
  if (!isWhole(deployment)) return waitForPods(state);
  return { kind: 'orphan', sentence: `BlueGreen ${name} is deleted, its pods stay and serve` };
};

const waitForPods = ({ name, deployment }: AdoptionState): ReleaseStep => {
  const { readyReplicas = 0 } = deployment?.status ?? {};
  return {
    kind: 'wait',
    sentence: `${readyReplicas} of ${deployment?.spec?.replicas} pods of Deployment ${name} are ready`,
  };
};

const isSelected = ({ deployment, service }: AdoptionState): boolean => {
  const wanted = Object.entries(markOf(deployment)?.selector ?? {});
  const found = service?.spec?.selector ?? {};
  return wanted.length === Object.keys(found).length && wanted.every(([key, value]) => found[key] === value);
};
