import { otherSlot, revisionSelector, type Slot } from '../api/names.ts';
import { claimState } from './claim.ts';
import type { Draft } from './draft.ts';
import { selectsBoth, selectsExactly } from './slots.ts';
import type { SlotView } from './types.ts';

/** A refusal may come from a quota or a webhook, so it is not for ever: the shell forgets it after this time. */
export const ASK_AGAIN_MS = 30_000;

const highestNumber = (draft: Draft): number => Math.max(0, ...draft.snapshot.records.map((record) => record.number));

/** Whether the API server takes the revision's Deployment; asked once, before anything changes. */
const isAccepted = (draft: Draft, revision: string): boolean => {
  const verdict = draft.snapshot.verdicts[revision];
  if (verdict === undefined) {
    draft.actions.push({ kind: 'validate', revision });
    draft.waitFor(`the API server's dry run of ${revision}`);
    draft.ask();
    return false;
  }
  if (!verdict.accepted) {
    draft.stall('InvalidTemplate', `the API server refuses the template of ${revision}: ${verdict.message}`);
    draft.wake(draft.now + ASK_AGAIN_MS);
    return false;
  }
  return true;
};

/** Copies and record of a revision; false while something is missing that only a person can bring back. */
const ensureRecord = (draft: Draft, revision: string): boolean => {
  const { desired, records, copies } = draft.snapshot;
  const has = (name: string): boolean => copies.some((copy) => copy.name === name);
  const record = records.find((one) => one.revision === revision);
  const isDesired = desired.revision === revision;
  if (isDesired) {
    for (const config of desired.configs) {
      if (config.exists && !has(config.copy)) {
        const { kind: configKind, original, copy } = config;
        draft.actions.push({ kind: 'copyConfig', configKind, original, copy });
      }
    }
  } else {
    const lost = (record?.copies ?? []).filter((name) => !has(name));
    if (record === undefined || lost.length > 0) {
      const what = record === undefined ? 'its record' : `its config copy ${lost.join(', ')}`;
      draft.stall('ReleaseLost', `${revision} cannot be brought back: ${what} is gone`);
      return false;
    }
  }
  const highest = highestNumber(draft);
  if (record === undefined || record.number < highest) {
    const resourceVersion = record?.resourceVersion;
    draft.actions.push({ kind: 'record', revision, number: highest + 1, resourceVersion });
  }
  return true;
};

/**
 * Whether this slot may be filled with another revision or emptied: nothing that serves is touched, nor anything of
 * which this view may be out of date. While the active Service names no revision, pods of both slots may serve.
 */
export const mayTouch = (draft: Draft, slot: Slot): boolean => {
  const view = draft.snapshot.slots[slot];
  const { active } = draft.snapshot.services;
  if (draft.status.active !== undefined && selectsBoth(active, draft.name)) {
    draft.waitFor(`slot ${slot} to be free: Service ${draft.spec.services.active} selects both slots`);
    return false;
  }
  if (view === undefined) return true;
  if (view.revision === draft.live || view.revision === draft.status.active) {
    draft.waitFor(`slot ${slot} to be free: it serves ${view.revision}`);
    return false;
  }
  return isUpToDate(draft, view);
};

/** Whether this view of a slot may be acted on. A claim that lags behind status is brought up first. */
export const isUpToDate = (draft: Draft, view: SlotView): boolean => {
  const { slot } = view;
  const state = claimState(draft.status, view);
  const claim = draft.status.slots[slot]?.claim;
  if (state === 'behind' && claim !== undefined) {
    draft.actions.push({ kind: 'claim', slot, claim, resourceVersion: view.resourceVersion });
  }
  if (state !== 'equal') draft.waitFor(`the newest state of slot ${slot} to be seen`);
  return state === 'equal';
};

/** Point the preview Service, if there is one, at a revision. */
export const selectPreview = (draft: Draft, revision: string): void => {
  const { preview } = draft.snapshot.services;
  if (preview === undefined || selectsExactly(preview, draft.name, revision)) return;
  draft.actions.push({
    kind: 'select',
    role: 'preview',
    service: preview.name,
    selector: revisionSelector(draft.name, revision),
    resourceVersion: preview.resourceVersion,
  });
};

/**
 * Bring a slot to a revision at that size: validate, copy, record, fill, preview. False when that cannot be done until
 * somebody changes something.
 */
export const fillSlot = (draft: Draft, slot: Slot, revision: string, size: number): boolean => {
  const view = draft.snapshot.slots[slot];
  // What somebody has made the active Service select serves, and is not made smaller than what serves has to be.
  const isSelected = draft.live === revision || selectsBoth(draft.snapshot.services.active, draft.name);
  const replicas = isSelected ? draft.spec.replicas : size;
  const { desired, verdicts } = draft.snapshot;
  const filled = view?.revision === revision;
  if (!(filled ? isUpToDate(draft, view) : mayTouch(draft, slot))) return true;
  if (!filled && desired.revision === revision && !isAccepted(draft, revision)) return verdicts[revision] === undefined;
  if (!ensureRecord(draft, revision)) return false;
  if (view?.deleting) return true;
  if (!filled) {
    draft.actions.push({ kind: 'fill', slot, revision, replicas, resourceVersion: view?.resourceVersion });
    return true;
  }
  if (view.replicas !== replicas) {
    draft.actions.push({ kind: 'scale', slot, replicas, resourceVersion: view.resourceVersion });
  }
  selectPreview(draft, revision);
  return true;
};

/** Scale the slot that does not serve to zero. True when it is empty. */
export const emptySlot = (draft: Draft, slot: Slot): boolean => {
  const view = draft.snapshot.slots[slot];
  if (view === undefined || view.replicas === 0) return true;
  if (mayTouch(draft, slot)) {
    draft.actions.push({ kind: 'scale', slot, replicas: 0, resourceVersion: view.resourceVersion });
  }
  return false;
};

/** Keep the active slot at the size that the spec asks for, and bring back what somebody deleted. */
export const keepActive = (draft: Draft): void => {
  const { active } = draft.status;
  const slot = draft.activeSlot;
  if (active === undefined || slot === undefined) return;
  const view = draft.snapshot.slots[slot];
  const { desired, copies } = draft.snapshot;
  if (desired.revision === active) {
    const lost = desired.configs.filter((one) => one.exists && !copies.some((copy) => copy.name === one.copy));
    for (const { kind: configKind, original, copy } of lost) {
      draft.actions.push({ kind: 'copyConfig', configKind, original, copy });
    }
  }
  if (view === undefined) {
    const known = draft.snapshot.records.some((record) => record.revision === active);
    // In an overlap its pods would come only to be retired.
    if (!known || draft.status.step.name === 'Overlapping') return;
    if (draft.snapshot.slots[otherSlot(slot)]?.revision === active) return;
    draft.actions.push({
      kind: 'fill',
      slot,
      revision: active,
      replicas: draft.spec.replicas,
      resourceVersion: undefined,
    });
    return;
  }
  if (view.foreign || view.deleting || draft.actions.some((action) => action.kind === 'claim')) return;
  if (view.replicas === draft.spec.replicas || claimState(draft.status, view) === 'ahead') return;
  const { replicas } = draft.spec;
  draft.actions.push({ kind: 'scale', slot, replicas, resourceVersion: view.resourceVersion });
};
