import type { BlueGreenStatus } from '../../api/bluegreen.ts';
import { SLOTS } from '../../api/names.ts';
import type { SlotView, Snapshot } from '../types.ts';
import type { Planner } from './process.ts';

/** Makes a plan that is wrong of one that is right. */
export type Mutate = (plan: Planner) => Planner;

const withStatus = (snapshot: Snapshot, change: (status: BlueGreenStatus) => BlueGreenStatus): Snapshot => {
  const { bluegreen } = snapshot;
  if (bluegreen.status === undefined) return snapshot;
  return { ...snapshot, bluegreen: { ...bluegreen, status: change(bluegreen.status) } };
};

const withSlots = (snapshot: Snapshot, change: (view: SlotView) => SlotView): Snapshot => {
  const slots: Snapshot['slots'] = {};
  for (const slot of SLOTS) {
    const view = snapshot.slots[slot];
    if (view !== undefined) slots[slot] = change(view);
  }
  return { ...snapshot, slots };
};

const allReady = (view: SlotView): SlotView => {
  const { replicas } = view;
  return { ...view, observed: true, total: replicas, updated: replicas, ready: replicas };
};

const lower = (a: string | undefined, b: string | undefined): string =>
  String(Math.min(Number(a ?? 0), Number(b ?? 0)));

/** Ways in which plan could be wrong. The property must find every one of them, or it proves nothing. */
export const MUTANTS: Record<string, Mutate> = {
  'switches before the pods are ready': (plan) => (snapshot, now) => plan(withSlots(snapshot, allReady), now),

  'believes a status that is not of the newest template': (plan) => (snapshot, now) =>
    plan(
      withSlots(snapshot, (view) => ({ ...view, observed: true, updated: view.total })),
      now,
    ),

  'acts on a switch that is not on record yet': (plan) => (snapshot, now) => {
    const first = plan(snapshot, now);
    if (first.status.step.name !== 'Switching' || first.actions.some(({ kind }) => kind !== 'event')) return first;
    return plan(
      withStatus(snapshot, () => first.status),
      now,
    );
  },

  'does not heed a claim that it cannot explain': (plan) => (snapshot, now) => {
    const known = snapshot.bluegreen.status?.slots;
    const explain = (view: SlotView): SlotView => ({ ...view, claim: lower(view.claim, known?.[view.slot]?.claim) });
    return plan(withSlots(snapshot, explain), now);
  },

  'gives up a switch without a fence': (plan) => (snapshot, now) => {
    const { active } = snapshot.services;
    if (snapshot.bluegreen.status?.step.name !== 'Abandoning' || active === undefined) return plan(snapshot, now);
    return plan({ ...snapshot, services: { ...snapshot.services, active: { ...active, fence: '1000000' } } }, now);
  },

  'does not heed a fence that it cannot explain': (plan) => (snapshot, now) => {
    const { active } = snapshot.services;
    if (active === undefined) return plan(snapshot, now);
    const claims = Object.values(snapshot.bluegreen.status?.slots ?? {}).map(({ claim }) => Number(claim ?? 0));
    const fence = lower(active.fence, String(Math.max(0, ...claims)));
    return plan({ ...snapshot, services: { ...snapshot.services, active: { ...active, fence } } }, now);
  },

  'retires the old slot early': (plan) => (snapshot, now) =>
    plan(snapshot, snapshot.bluegreen.status?.step.name === 'Retiring' ? now + 20_000 : now),

  'soaks too short': (plan) => (snapshot, now) =>
    plan(snapshot, snapshot.bluegreen.status?.step.name === 'Soaking' ? now + 8_000 : now),

  'empties the slot that serves': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const { active, release } = snapshot.bluegreen.status ?? {};
    const view = SLOTS.map((slot) => snapshot.slots[slot]).find((slot) => slot?.revision === active);
    if (view === undefined || release === undefined || view.replicas === 0) return made;
    const { slot, resourceVersion } = view;
    return { ...made, actions: [{ kind: 'scale', slot, replicas: 0, resourceVersion }, ...made.actions] };
  },

  'is deaf to Abort': (plan) => (snapshot, now) => {
    const { decision, ...spec } = snapshot.bluegreen.spec;
    if (decision?.action !== 'Abort') return plan(snapshot, now);
    return plan({ ...snapshot, bluegreen: { ...snapshot.bluegreen, spec } }, now);
  },

  'heeds a decision about any revision': (plan) => (snapshot, now) => {
    const { decision, ...spec } = snapshot.bluegreen.spec;
    const { revision } = snapshot.desired;
    if (decision === undefined || revision === undefined) return plan(snapshot, now);
    const bluegreen = { ...snapshot.bluegreen, spec: { ...spec, decision: { ...decision, revision } } };
    return plan({ ...snapshot, bluegreen }, now);
  },

  'forgets a release': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    return {
      ...made,
      status: { ...made.status, history: made.status.history.filter((e) => e.outcome === 'Promoted') },
    };
  },

  'drops the record of the old slot': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const { active, release } = snapshot.bluegreen.status ?? {};
    const record = snapshot.records.find(({ revision }) => revision === active);
    if (release === undefined || record === undefined) return made;
    const { revision, resourceVersion } = record;
    return { ...made, actions: [...made.actions, { kind: 'deleteRecord', revision, resourceVersion }] };
  },

  'never points the preview Service': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    return { ...made, actions: made.actions.filter((action) => action.kind !== 'select' || action.role !== 'preview') };
  },

  'leaves a foreign selector': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const isSwitch = snapshot.bluegreen.status?.step.name === 'Switching';
    return isSwitch ? made : { ...made, actions: made.actions.filter((action) => action.kind !== 'select') };
  },

  'writes status at every turn': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const [first, ...others] = made.status.conditions;
    if (first === undefined) return made;
    const lastTransitionTime = new Date(now).toISOString();
    return { ...made, status: { ...made.status, conditions: [{ ...first, lastTransitionTime }, ...others] } };
  },

  'does not come back in time': (plan) => (snapshot, now) => ({ ...plan(snapshot, now), requeueAt: undefined }),
};
