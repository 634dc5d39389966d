import { revisionSelector } from '../api/names.ts';
import { claimState } from './claim.ts';
import type { Draft } from './draft.ts';
import { selectsExactly } from './slots.ts';
import { raiseClaim } from './steps/enter-switching.ts';
import type { ServiceView } from './types.ts';

const describe = (service: ServiceView): string => {
  const pairs = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`);
  const by = service.selectorManager === undefined ? '' : ` by ${service.selectorManager}`;
  return pairs.length === 0 ? `has no selector` : `was made to select ${pairs.join(',')}${by}`;
};

/**
 * Put the active Service's selector back when somebody else has written it. Returns whether it needs to be.
 *
 * This is a switch without a release, so it is fenced like one: the claim of the active slot is raised in status first,
 * which a writer with an old view of the BlueGreen cannot do. Traffic is never moved from pods that
 * are ready to a slot that has none.
 */
export const putBack = (draft: Draft): boolean => {
  const service = draft.snapshot.services.active;
  const { active, step } = draft.status;
  const slot = draft.activeSlot;
  if (service === undefined || active === undefined || slot === undefined) return false;
  if (step.name === 'Switching' || step.name === 'Abandoning') return false;
  if (selectsExactly(service, draft.name, active)) return false;
  const view = draft.snapshot.slots[slot];
  const serves = draft.snapshot.endpoints.some(({ ready }) => ready);
  if (view?.revision !== active || (serves && view.ready === 0 && view.replicas > 0)) {
    const message = `Service ${service.name} ${describe(service)}; it stays so, because no pod of ${active} is ready`;
    draft.stall('ActiveNotReady', message);
    return false;
  }
  const claim = draft.status.slots[slot]?.claim;
  const state = claimState(draft.status, view);
  if (state === 'equal') {
    raiseClaim(draft, slot);
    draft.wake(draft.now);
  } else if (state === 'behind' && claim !== undefined) {
    draft.actions.push({ kind: 'claim', slot, claim, resourceVersion: view.resourceVersion });
    draft.actions.push({
      kind: 'select',
      role: 'active',
      service: service.name,
      selector: revisionSelector(draft.name, active),
      resourceVersion: service.resourceVersion,
    });
    draft.event(
      'Warning',
      'SelectorPutBack',
      `Service ${service.name} ${describe(service)}; it selects ${active} again`,
    );
  }
  draft.waitFor(`Service ${service.name} to select ${active} again`);
  return true;
};
