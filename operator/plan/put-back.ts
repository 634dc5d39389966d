import type { StepName } from '../api/bluegreen.ts';
import type { Draft } from './draft.ts';
import { moveTraffic } from './move-traffic.ts';
import { selectsExactly } from './slots.ts';
import type { ServiceView } from './types.ts';

/** Steps that move the selector themselves. */
const MOVING: ReadonlySet<StepName> = new Set<StepName>(['Overlapping', 'Switching', 'Abandoning']);

const describe = (service: ServiceView): string => {
  const pairs = Object.entries(service.selector).map(([key, value]) => `${key}=${value}`);
  const by = service.selectorManager === undefined ? '' : ` by ${service.selectorManager}`;
  return pairs.length === 0 ? `has no selector` : `was made to select ${pairs.join(',')}${by}`;
};

/**
 * Put the active Service's selector back when somebody else has written it. Returns whether it needs to be.
 *
 * This is a switch without a release, so it is made like one. Traffic is never moved from pods that are ready to a slot
 * that has none.
 */
export const putBack = (draft: Draft): boolean => {
  const service = draft.snapshot.services.active;
  const { active, step } = draft.status;
  const slot = draft.activeSlot;
  if (service === undefined || active === undefined || slot === undefined) return false;
  if (MOVING.has(step.name)) return false;
  if (selectsExactly(service, draft.name, active)) return false;
  const view = draft.snapshot.slots[slot];
  const serves = draft.snapshot.endpoints.some(({ ready }) => ready);
  if (view?.revision !== active || (serves && view.ready === 0 && view.replicas > 0)) {
    const message = `Service ${service.name} ${describe(service)}; it stays so, because no pod of ${active} is ready`;
    draft.stall('ActiveNotReady', message);
    return false;
  }
  if (moveTraffic(draft, view, service)) {
    const message = `Service ${service.name} ${describe(service)}; it selects ${active} again`;
    draft.event('Warning', 'SelectorPutBack', message);
    // While it was away, somebody may have believed the selector and told these pods that they are retired.
    draft.actions.push({ kind: 'signal', slot, revision: active, traffic: 'active' });
  }
  return true;
};
