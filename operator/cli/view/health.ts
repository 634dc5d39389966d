import type { BlueGreen, BlueGreenStatus } from '../../api/bluegreen.ts';
import { findCondition } from '../../api/conditions.ts';

/**
 * How a BlueGreen is, in one word.
 * - `Ready`: what the spec asks for serves, or waits for a person.
 * - `Working`: on its way there.
 * - `Stalled`: nothing will move until somebody changes something.
 * - `Unseen`: the operator has not looked at the newest spec yet.
 */
export type Health = 'Ready' | 'Working' | 'Stalled' | 'Unseen';

export const healthOf = ({ metadata, status }: BlueGreen): Health => {
  if (status === undefined || status.observedGeneration !== metadata.generation) return 'Unseen';
  if (findCondition(status.conditions, 'Stalled')?.status === 'True') return 'Stalled';
  return findCondition(status.conditions, 'Ready')?.status === 'True' ? 'Ready' : 'Working';
};

/** Nothing happens for so long only when no operator works. */
const OPERATOR_SHOULD_ANSWER_MS = 10_000;

/** What waits, in one sentence. */
export const sentenceOf = ({ metadata, status }: BlueGreen, now: number): string | undefined => {
  const stalled = findCondition(status?.conditions ?? [], 'Stalled');
  if (status === undefined) {
    const age = now - new Date(metadata.creationTimestamp ?? now).getTime();
    return age < OPERATOR_SHOULD_ANSWER_MS ? 'the operator to see it' : 'an operator: none has looked at it yet';
  }
  if (status.observedGeneration !== metadata.generation) return 'the operator to see the newest spec';
  if (stalled?.status === 'True') return stalled.message;
  return status.step.waitingFor ?? heldBack(status);
};

/** What a ConfigRollout keeps from it until its wave comes. */
export const heldBack = ({ conditions }: BlueGreenStatus): string | undefined => {
  const synced = findCondition(conditions, 'ConfigSynced');
  return synced?.reason === 'HeldBack' ? `its wave: ${synced.message}` : undefined;
};
