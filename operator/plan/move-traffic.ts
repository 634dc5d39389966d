import { LABEL_REVISION, revisionSelector } from '../api/names.ts';
import { claimState, fenceState, raiseClaim } from './claim.ts';
import type { Draft } from './draft.ts';
import type { ServiceView, SlotView } from './types.ts';

/**
 * Make the active Service select the revision in that slot (or whatever `selector` says), in steps of which each is proof of the one before: the
 * slot's claim is raised in status (only a writer with the newest BlueGreen can), then written on its Deployment and as
 * the Service's fence (only a writer with the newest of those can, and from then on none with an older view writes
 * either); then the selector is written. Returns whether that last write is planned now.
 */
export const moveTraffic = (
  draft: Draft,
  view: SlotView,
  service: ServiceView,
  selector = revisionSelector(draft.name, view.revision),
): boolean => {
  const { slot } = view;
  const { status } = draft;
  const claimed = claimState(status, view);
  const fenced = fenceState(status, slot, service);
  if (claimed === 'ahead' || fenced === 'unknown') {
    draft.waitFor(`the newest state of slot ${slot} to be seen`);
    return false;
  }
  draft.waitFor(`Service ${service.name} to select ${selector[LABEL_REVISION] ?? 'both slots'}`);
  const claim = status.slots[slot]?.claim;
  if (claimed === 'behind' && fenced !== 'ahead' && claim !== undefined) {
    draft.actions.push({ kind: 'claim', slot, claim, resourceVersion: view.resourceVersion });
    if (fenced === 'behind') {
      draft.actions.push({
        kind: 'fence',
        service: service.name,
        fence: claim,
        resourceVersion: service.resourceVersion,
      });
    }
    draft.wake(draft.now);
    return false;
  }
  if (fenced !== 'equal' || claim === undefined) {
    // The fence is of another switch, or went with a Service that was made anew: begin again from what is on record.
    raiseClaim(status, slot, service);
    draft.wake(draft.now);
    return false;
  }
  draft.actions.push({
    kind: 'select',
    role: 'active',
    service: service.name,
    selector,
    resourceVersion: service.resourceVersion,
  });
  return true;
};
