import type { BlueGreenSpec, BlueGreenStatus } from '../../api/bluegreen.ts';
import { bothSelector, SLOTS } from '../../api/names.ts';
import type { MeasurementView, Plan, Snapshot } from '../types.ts';
import type { Mutate } from './mutants.ts';
import { NAME } from './templates.ts';

const withSpec = (snapshot: Snapshot, change: (spec: BlueGreenSpec) => BlueGreenSpec): Snapshot => ({
  ...snapshot,
  bluegreen: { ...snapshot.bluegreen, spec: change(snapshot.bluegreen.spec) },
});

const withMeasurements = (snapshot: Snapshot, change: (one: MeasurementView) => MeasurementView): Snapshot => ({
  ...snapshot,
  measurements: snapshot.measurements.map(change),
});

const withoutField = (snapshot: Snapshot, field: 'rejected' | 'retried'): Snapshot => {
  const { status } = snapshot.bluegreen;
  if (status === undefined) return snapshot;
  const { [field]: _, ...rest } = status;
  return { ...snapshot, bluegreen: { ...snapshot.bluegreen, status: rest } };
};

const withoutChecksBefore = (spec: BlueGreenSpec): BlueGreenSpec => ({
  ...spec,
  checks: { ...spec.checks, before: [] },
});

const withShortOverlap = (spec: BlueGreenSpec): BlueGreenSpec => ({
  ...spec,
  switch: { ...spec.switch, overlapSeconds: 1 },
});

const stepOf = (snapshot: Snapshot): string | undefined => snapshot.bluegreen.status?.step.name;

const withChecks = (made: Plan, change: (checks: NonNullable<BlueGreenStatus['checks']>) => typeof checks): Plan => {
  const { checks } = made.status;
  return checks === undefined ? made : { ...made, status: { ...made.status, checks: change(checks) } };
};

/** Ways in which plan could be wrong about promotion, checks and overlap. */
export const GATE_MUTANTS: Record<string, Mutate> = {
  'takes nothing found out for a pass': (plan) => (snapshot, now) =>
    plan(
      withMeasurements(snapshot, (one) =>
        one.state === 'done' && one.verdict === 'inconclusive' ? { ...one, verdict: 'pass' } : one,
      ),
      now,
    ),

  'takes a measurement that runs for one that has passed': (plan) => (snapshot, now) =>
    plan(
      withMeasurements(snapshot, (one) =>
        one.state === 'running'
          ? { ...one, state: 'done', verdict: 'pass', message: '', at: new Date(now).toISOString() }
          : one,
      ),
      now,
    ),

  'counts a measurement twice': (plan) => (snapshot, now) =>
    withChecks(plan(snapshot, now), (checks) => ({
      ...checks,
      results: checks.results.map((result) => ({ ...result, passed: result.passed * 2 })),
    })),

  'switches without the checks before': (plan) => (snapshot, now) => plan(withSpec(snapshot, withoutChecksBefore), now),

  'lets Promote skip checks': (plan) => (snapshot, now) => {
    const { spec, status } = snapshot.bluegreen;
    const { decision } = spec;
    const isPromoted = decision?.action === 'Promote' && decision.revision === status?.release?.revision;
    return plan(isPromoted ? withSpec(snapshot, withoutChecksBefore) : snapshot, now);
  },

  'takes the checks of an earlier release for those of this one': (plan) => (snapshot, now) =>
    withChecks(plan(snapshot, now), (checks) => ({ ...checks, run: 'run' })),

  'waits for no person': (plan) => (snapshot, now) =>
    plan(
      withSpec(snapshot, (spec) => ({ ...spec, promotion: { ...spec.promotion, mode: 'Automatic' } })),
      now,
    ),

  'takes a Promote of any revision': (plan) => (snapshot, now) => {
    const revision = snapshot.bluegreen.status?.release?.revision;
    const promote = (spec: BlueGreenSpec): BlueGreenSpec =>
      spec.decision?.action === 'Promote' && revision !== undefined
        ? { ...spec, decision: { ...spec.decision, revision } }
        : spec;
    return plan(withSpec(snapshot, promote), now);
  },

  'tries a failed revision again by itself': (plan) => (snapshot, now) =>
    plan(stepOf(snapshot) === 'Stable' ? withoutField(snapshot, 'rejected') : snapshot, now),

  'retries again and again': (plan) => (snapshot, now) => plan(withoutField(snapshot, 'retried'), now),

  'switches at the size before promotion': (plan) => (snapshot, now) => {
    const { replicas = Infinity } = snapshot.bluegreen.spec.preview;
    const made = plan(
      withSpec(snapshot, (spec) => ({ ...spec, replicas: Math.min(spec.replicas, replicas) })),
      now,
    );
    return { ...made, actions: made.actions.filter((action) => action.kind !== 'scale' || action.replicas === 0) };
  },

  'measures while it is paused': (plan) => (snapshot, now) => {
    const isChecking = stepOf(snapshot) === 'Checking' || stepOf(snapshot) === 'Verifying';
    return plan(isChecking ? withSpec(snapshot, (spec) => ({ ...spec, paused: false })) : snapshot, now);
  },

  'goes on while it is paused': (plan) => (snapshot, now) =>
    plan(
      withSpec(snapshot, (spec) => ({ ...spec, paused: false })),
      now,
    ),

  'measures without a break': (plan) => (snapshot, now) =>
    plan(
      withSpec(snapshot, (spec) => {
        const before = spec.checks.before.map((check) => ({ ...check, intervalSeconds: 0 }));
        return { ...spec, checks: { ...spec.checks, before } };
      }),
      now,
    ),

  'promotes before the checks after the switch': (plan) => (snapshot, now) =>
    plan(
      withSpec(snapshot, (spec) => ({ ...spec, checks: { ...spec.checks, after: { windowSeconds: 0, checks: [] } } })),
      now,
    ),

  'verifies for too short a time': (plan) => (snapshot, now) => {
    const { status } = snapshot.bluegreen;
    if (status?.step.name !== 'Verifying') return plan(snapshot, now);
    const step = { ...status.step, deadline: status.step.since };
    return plan({ ...snapshot, bluegreen: { ...snapshot.bluegreen, status: { ...status, step } } }, now);
  },

  'empties the old slot while the new one is verified': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const active = snapshot.bluegreen.status?.active;
    const old = SLOTS.map((slot) => snapshot.slots[slot]).find((view) => view && view.revision !== active);
    if (stepOf(snapshot) !== 'Verifying' || old === undefined || old.replicas === 0) return made;
    const { slot, resourceVersion } = old;
    return { ...made, actions: [{ kind: 'scale', slot, replicas: 0, resourceVersion }, ...made.actions] };
  },

  'selects both slots before the new one is ready': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const service = snapshot.services.active;
    const isEarly = stepOf(snapshot) === 'Filling' && snapshot.bluegreen.spec.switch.overlapSeconds > 0;
    if (!isEarly || service === undefined || made.actions.length > 0) return made;
    const { name, resourceVersion } = service;
    const selector = bothSelector(NAME);
    return { ...made, actions: [{ kind: 'select', role: 'active', service: name, selector, resourceVersion }] };
  },

  'overlaps for too short a time': (plan) => (snapshot, now) => {
    if (stepOf(snapshot) !== 'Overlapping') return plan(snapshot, now);
    return plan(withSpec(snapshot, withShortOverlap), now);
  },

  'does not tell pods that they stay when a switch is given up': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    if (stepOf(snapshot) !== 'Abandoning') return made;
    return { ...made, actions: made.actions.filter(({ kind }) => kind !== 'signal') };
  },

  'leaves both slots selected': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const isBoth = Object.keys(snapshot.services.active?.selector ?? {}).length === 1;
    return isBoth ? { ...made, actions: made.actions.filter(({ kind }) => kind !== 'select') } : made;
  },

  'empties a slot while both are selected': (plan) => (snapshot, now) => {
    const made = plan(snapshot, now);
    const isBoth = Object.keys(snapshot.services.active?.selector ?? {}).length === 1;
    const view = snapshot.slots.green;
    if (!isBoth || stepOf(snapshot) !== 'Overlapping' || view === undefined || view.replicas === 0) return made;
    const { slot, resourceVersion } = view;
    return { ...made, actions: [{ kind: 'scale', slot, replicas: 0, resourceVersion }, ...made.actions] };
  },
};
