import { SLOTS, otherSlot } from '../../api/names.ts';
import { announceSwitch } from '../announce-switch.ts';
import { beginChecks } from '../checks/begin.ts';
import type { Draft } from '../draft.ts';
import { fillSlot, isUpToDate } from '../fill.ts';
import { moveTraffic } from '../move-traffic.ts';
import { isDown, isKept, isWhole, selectsExactly, servesAlone, slotOf } from '../slots.ts';
import { findTarget } from '../target.ts';
import type { SlotView } from '../types.ts';
import { giveUpSwitch } from './enter-switching.ts';
import { leave } from './leave.ts';

/** Endpoints are watched; this is only the safety net. */
const CONFIRM_EVERY_MS = 5_000;

/** The switch is confirmed: tell the pods, take the old slot out of service, start the retire time. */
const confirm = (draft: Draft, revision: string, isReady: boolean): void => {
  const slot = draft.idleSlot;
  const old = draft.snapshot.slots[otherSlot(slot)];
  const before = draft.status.active;
  if (before !== undefined && old?.revision === before && old.replicas > 0) {
    draft.actions.push({ kind: 'signal', slot: old.slot, revision: before, traffic: 'retired' });
  }
  const rollback = draft.status.release?.rollback === true;
  // Other pods are new: nobody has told them anything yet.
  if (before !== undefined && rollback) draft.actions.push({ kind: 'signal', slot, revision, traffic: 'active' });
  draft.status.active = revision;
  const { checks, windowSeconds } = draft.spec.checks.after;
  if (isReady && before !== undefined && !rollback && checks.length > 0) {
    beginChecks(draft, 'After', revision);
    draft.enter('Verifying', windowSeconds);
    return;
  }
  if (isReady) {
    draft.endRelease(
      'Promoted',
      rollback ? 'Rollback' : before === undefined ? 'FirstRelease' : 'Switched',
      before === undefined ? 'serves' : `serves instead of ${before}`,
    );
  } else {
    draft.endRelease('Failed', 'PodsNotReady', `no pod of slot ${slot} is ready after the switch`);
  }
  if (rollback) {
    draft.status.history = draft.status.history.map((entry, index) =>
      entry.revision === before && index === 1 && entry.outcome === 'Promoted'
        ? { ...entry, outcome: 'RolledBack', reason: 'Rollback', message: `taken back to ${revision}` }
        : entry,
    );
  }
  // A slot that has never served is no way back: it is emptied at once.
  if (before !== undefined && old?.revision === before && old.replicas > 0)
    draft.enter('Retiring', draft.spec.switch.retireAfterSeconds);
  else draft.enter('Stable');
};

/**
 * Whether traffic is to leave an active slot without any ready pod for one that is whole at its own size. That comes
 * before everything else that may be asked for.
 */
const isEscape = (draft: Draft): boolean => {
  const { release, active } = draft.status;
  if (release?.rollback !== true || active === undefined) return false;
  const failing = SLOTS.map((slot) => draft.snapshot.slots[slot]).find((view) => view?.revision === active);
  const old = SLOTS.map((slot) => draft.snapshot.slots[slot]).find((view) => view?.revision === release.revision);
  return isDown(failing) && isKept(old, release.revision);
};

/** Something else is asked for, and the revision that has just been selected has no pod to confirm the switch with. */
const isOvertaken = (draft: Draft, revision: string, view: SlotView | undefined): boolean => {
  const asked = findTarget(draft).revision;
  return asked !== undefined && asked !== revision && (view === undefined || isDown(view));
};

/** Move the active Service, once; then wait until its EndpointSlices list the new slot alone. */
export const switching = (draft: Draft): void => {
  const { release } = draft.status;
  const service = draft.snapshot.services.active;
  if (release === undefined || service === undefined) return;
  const { revision } = release;
  const slot = slotOf(draft.snapshot, revision) ?? draft.idleSlot;
  const view = draft.snapshot.slots[slot];
  if (selectsExactly(service, draft.name, revision)) {
    if (servesAlone(draft.snapshot.endpoints, slot, view?.replicas ?? 1)) {
      // Where somebody else has written the selector, nobody has claimed the slot yet.
      if (view === undefined || isUpToDate(draft, view)) confirm(draft, revision, true);
    } else if (leave(draft, revision, draft.status.active)) {
      return;
    } else if (isOvertaken(draft, revision, view)) {
      confirm(draft, revision, false);
    } else {
      // It follows the size that is asked for, and comes back when somebody has deleted its Deployment.
      fillSlot(draft, slot, revision, draft.spec.replicas);
      draft.waitFor(`the EndpointSlices of Service ${service.name} to list ready pods of slot ${slot} alone`);
      draft.wake(draft.now + CONFIRM_EVERY_MS);
    }
    return;
  }
  const target = findTarget(draft);
  const isAsked = target.revision === undefined || target.revision === revision;
  const isDue = (isAsked && isWhole(view, revision, draft.spec.replicas)) || isEscape(draft);
  if (view === undefined || !isDue) {
    giveUpSwitch(draft, slot);
    return;
  }
  if (announceSwitch(draft, slot)) return;
  moveTraffic(draft, view, service);
};
