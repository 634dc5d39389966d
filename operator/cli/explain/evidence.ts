import type { V1ConfigMap, V1Lease, V1Service } from '@kubernetes/client-node';
import { findCondition } from '../../api/conditions.ts';
import type { CoreEvent } from '../read/core-event.ts';
import type { Facts } from '../view/facts.ts';
import { sentenceOf } from '../view/health.ts';
import type { Finding } from './finding.ts';

/** All that was read to explain one BlueGreen; causes are looked for in this alone. */
export interface Evidence extends Facts {
  /** Milliseconds since the epoch. */
  now: number;
  /** The Services that the spec names, if they are there. */
  services: { active?: V1Service; preview?: V1Service };
  /** Of the BlueGreen, its Deployments, ReplicaSets and pods; newest first. */
  events: CoreEvent[];
  /** Of operators, in any namespace. */
  leases: V1Lease[];
  /** The ConfigMap that has the name of a copy, when that is what stands in the way. */
  inTheWay?: V1ConfigMap;
}

/** Looks for one cause, or a family of them. Pure. */
export type Cause = (evidence: Evidence) => Finding[];

/** The reason of the condition Stalled, when it holds. */
export const stalledReason = ({ blueGreen }: Pick<Facts, 'blueGreen'>): string | undefined => {
  const stalled = findCondition(blueGreen.status?.conditions ?? [], 'Stalled');
  return stalled?.status === 'True' ? stalled.reason : undefined;
};

/** The sentence that status has for it. */
export const sentence = ({ blueGreen, now }: Pick<Evidence, 'blueGreen' | 'now'>): string =>
  sentenceOf(blueGreen, now) ?? '';

/** `users -n shop`, for commands that a person can copy. */
export const target = ({ blueGreen: { metadata } }: Pick<Facts, 'blueGreen'>): string =>
  `${metadata.name} -n ${metadata.namespace}`;
