import { findCondition } from '../../api/conditions.ts';
import { SLOTS } from '../../api/names.ts';
import type { BlueGreenView } from '../types.ts';
import type { ConsumerState } from './types.ts';

/** What judging a BlueGreen takes. */
export interface BlueGreenConsumer {
  bluegreen: Pick<BlueGreenView, 'generation' | 'spec' | 'status'>;
  /** The version that it may use. */
  version: string;
  /** The revision that its template makes with that version; undefined when that cannot be said. */
  desired: () => string | undefined;
  /** The version that a recorded release uses; undefined when there is no such record. */
  versionOf: (revision: string) => string | undefined;
}

const working = (message: string): ConsumerState => ({ kind: 'working', message, limited: false });

/**
 * How a BlueGreen is with its version. What counts is what serves: a BlueGreen whose active release has the version, with
 * all its pods, is healthy, also while it prepares a release of its own code. While the version does not serve yet it is
 * at work once, however many changes its next release brings.
 */
export const judgeBlueGreen = (consumer: BlueGreenConsumer): ConsumerState => {
  const { bluegreen, version, versionOf } = consumer;
  const { status } = bluegreen;
  if (status === undefined) return working('not seen by the operator yet');
  const { active, step, release } = status;
  const waitingFor = step.waitingFor ?? `step ${step.name}`;
  if (active === undefined) return working(waitingFor);
  const desired = consumer.desired();
  if (versionOf(active) === version) return judgeServing(consumer, active, desired);
  if (isRolledBack(consumer, desired)) return { kind: 'healthy' };
  if (status.rejected !== undefined && status.rejected === desired) {
    const ended = status.history.find(({ revision }) => revision === desired);
    return { kind: 'failed', message: ended?.message ?? `${desired} was taken back or aborted` };
  }
  const stalled = findCondition(status.conditions, 'Stalled');
  // What it says of an older state is no answer to the grant.
  const isAnswer = desired !== undefined && (status.target === desired || release?.revision === desired);
  if (stalled?.status === 'True' && isAnswer && !bluegreen.spec.paused) {
    return { kind: 'failed', message: stalled.message };
  }
  return { kind: 'working', message: waitingFor, limited: stalled?.status === 'True' && !bluegreen.spec.paused };
};

const judgeServing = (
  { bluegreen: { status }, version, versionOf }: BlueGreenConsumer,
  active: string,
  desired: string | undefined,
): ConsumerState => {
  const release = status?.release;
  const waitingFor = status?.step.waitingFor ?? `step ${status?.step.name}`;
  // It serves, and is not approved yet.
  if (release?.revision === active) return working(waitingFor);
  // The next release has another version: it was begun before the grant.
  if (release !== undefined && release.revision !== desired && versionOf(release.revision) !== version) {
    return working(waitingFor);
  }
  if (status?.rejected !== undefined && status.rejected !== desired && release === undefined) {
    return working('to take notice of its version');
  }
  const slot = SLOTS.map((name) => status?.slots[name]).find((one) => one?.revision === active);
  if (slot !== undefined && slot.ready >= slot.replicas) return { kind: 'healthy' };
  return working(status?.step.waitingFor ?? `${slot?.ready ?? 0} of ${slot?.replicas ?? 0} pods ready`);
};

/** A person has decided that it runs an older release, which has its own config; that is no matter of the rollout. */
const isRolledBack = ({ bluegreen: { spec } }: BlueGreenConsumer, desired: string | undefined): boolean =>
  spec.decision?.action === 'Rollback' && desired !== undefined && spec.decision.revision === desired;
