import { LABEL_BLUEGREEN, LABEL_REVISION, SLOTS, revisionSelector, type Slot } from '../api/names.ts';
import type { EndpointView, ServiceView, SlotView, Snapshot } from './types.ts';

/** The slot runs exactly that revision at that size, every pod of it is ready, and no other pod is left in it. */
export const isWhole = (view: SlotView | undefined, revision: string, replicas: number): view is SlotView =>
  view !== undefined &&
  !view.deleting &&
  view.observed &&
  view.revision === revision &&
  view.replicas === replicas &&
  view.updated === replicas &&
  view.total === replicas &&
  view.ready === replicas;

/** The slot still runs that revision at its own size, ready to take the traffic back. */
export const isKept = (view: SlotView | undefined, revision: string): view is SlotView =>
  view !== undefined && view.replicas > 0 && isWhole(view, revision, view.replicas);

/** Pods are asked for, and not one is ready. */
export const isDown = (view: SlotView | undefined): boolean =>
  view !== undefined && view.observed && view.replicas > 0 && view.ready === 0;

/** The slot does not run that revision any more, or every pod that it asks for is down. */
export const isLost = (view: SlotView | undefined, revision: string): boolean =>
  view?.revision !== revision || (view.ready === 0 && view.replicas > 0);

/** The slot whose Deployment holds that revision. */
export const slotOf = (snapshot: Snapshot, revision: string | undefined): Slot | undefined =>
  revision === undefined ? undefined : SLOTS.find((slot) => snapshot.slots[slot]?.revision === revision);

/** The revision of this BlueGreen that a Service's selector names, if any. */
export const selectedRevision = (service: ServiceView | undefined, bluegreen: string): string | undefined =>
  service?.selector[LABEL_BLUEGREEN] === bluegreen ? service.selector[LABEL_REVISION] : undefined;

/** The Service selects that revision and nothing else narrows or widens it. */
export const selectsExactly = (service: ServiceView | undefined, bluegreen: string, revision: string): boolean => {
  if (service === undefined) return false;
  const wanted = Object.entries(revisionSelector(bluegreen, revision));
  return (
    Object.keys(service.selector).length === wanted.length &&
    wanted.every(([key, value]) => service.selector[key] === value)
  );
};

/** The Service selects pods of the BlueGreen and names no revision, so pods of either slot may serve. */
export const selectsBoth = (service: Pick<ServiceView, 'selector'> | undefined, bluegreen: string): boolean =>
  service?.selector[LABEL_BLUEGREEN] === bluegreen && service.selector[LABEL_REVISION] === undefined;

/** The EndpointSlices list ready endpoints of that slot alone. With no pods asked for, an empty list is right. */
export const servesAlone = (endpoints: readonly EndpointView[], slot: Slot, replicas: number): boolean => {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.every((endpoint) => endpoint.slot === slot) && (ready.length > 0 || replicas === 0);
};
