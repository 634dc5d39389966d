import type { V1ObjectMeta, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Check, ChecksStatus } from './checks.ts';
import type { Condition } from './conditions.ts';
import type { Slot } from './names.ts';

/** What happens to Secrets that the template names: not copied; a change makes a new revision; copied like config. */
export type SecretsMode = 'Follow' | 'Restart' | 'Pin';

/** Who promotes a prepared revision. */
export type PromotionMode = 'Automatic' | 'Manual';

/** What a person can decide about one revision. */
export type DecisionAction = 'Promote' | 'Abort' | 'Retry' | 'Rollback';

/** A decision names a revision, so that a stale one never hits a later release. */
export interface Decision {
  revision: string;
  action: DecisionAction;
  /** Only with Rollback: the revision to run instead. Default: the one that served before. */
  to?: string;
  /** Only with Retry: tells one Retry of a revision from the next. */
  requestedAt?: string;
}

/** `spec` with every default filled in (the API server does this by the schema). */
export interface BlueGreenSpec {
  replicas: number;
  template: V1PodTemplateSpec;
  services: { active: string; preview?: string };
  config: {
    secrets: SecretsMode;
    /** Names of ConfigMaps and Secrets that are not part of the release: used as they are, never copied. */
    exclude: string[];
    /** A release waits until they have not changed for this long, so that edits made together go live together. */
    quietSeconds: number;
  };
  preview: { replicas?: number };
  promotion: { mode: PromotionMode; soakSeconds: number };
  checks: { before: Check[]; after: { windowSeconds: number; checks: Check[] } };
  switch: { overlapSeconds: number; retireAfterSeconds: number };
  progressDeadlineSeconds: number;
  revisionHistoryLimit: number;
  paused: boolean;
  decision?: Decision;
}

/**
 * Where a release stands.
 * - `Stable`: the active revision is the one the spec asks for (or nothing can be asked for yet).
 * - `Waiting`: a new revision is asked for and cannot be started yet; `waitingFor` says why.
 * - `Filling`: the target's slot is being brought to its size before promotion, and to readiness.
 * - `Soaking`: ready; `promotion.soakSeconds` run.
 * - `Checking`: the checks before the switch are made.
 * - `AwaitingPromotion`: everything is ready; a person has to promote it.
 * - `Scaling`: promoted; the slot is being brought to full size.
 * - `Overlapping`: the active Service selects both slots for `switch.overlapSeconds`.
 * - `Switching`: the decision to move the active Service is recorded; the move is being made and confirmed.
 * - `Abandoning`: a recorded switch is being given up; the active Service is fenced first.
 * - `Verifying`: the target serves; the checks after the switch are made, and the old slot is kept whole.
 * - `Retiring`: the target serves; the old slot is kept whole for `switch.retireAfterSeconds`.
 */
export type StepName =
  | 'Stable'
  | 'Waiting'
  | 'Filling'
  | 'Soaking'
  | 'Checking'
  | 'AwaitingPromotion'
  | 'Scaling'
  | 'Overlapping'
  | 'Switching'
  | 'Verifying'
  | 'Abandoning'
  | 'Retiring';

/** The present step. All times are RFC 3339 with milliseconds. */
export interface Step {
  name: StepName;
  since: string;
  /** When the step ends by itself (Soaking, Retiring) or counts as stalled (Filling). */
  deadline?: string;
  /** Since when it has been paused. After the pause, `since` and `deadline` are moved on by as much as it has lasted. */
  pausedAt?: string;
  /** While paused: how much of the deadline is left, in seconds. */
  remainingSeconds?: number;
  /** One sentence that answers "why is it not moving?". */
  waitingFor?: string;
}

/** What one slot holds. */
export interface SlotStatus {
  revision: string;
  /** Pods asked for. */
  replicas: number;
  /** Pods ready. */
  ready: number;
  /** The last switch that chose this slot; see LABEL_CLAIM. */
  claim?: string;
}

/** How a release ended. */
export type Outcome = 'Promoted' | 'Aborted' | 'Superseded' | 'Failed' | 'RolledBack';

/** One ended release. */
export interface HistoryEntry {
  revision: string;
  outcome: Outcome;
  reason: string;
  message: string;
  startedAt: string;
  endedAt: string;
  /** Seconds spent in each step, by the step's name. */
  steps: Partial<Record<StepName, number>>;
  /** Where its trace is found; present only while the operator exports traces. */
  traceId?: string;
}

/** The release that is under way. */
export interface ReleaseStatus {
  revision: string;
  startedAt: string;
  /** Set when the release is a way back, which takes no soak while the old slot is whole. */
  rollback?: boolean;
  /** Seconds spent in the steps that have ended. */
  steps: Partial<Record<StepName, number>>;
  /** Where its trace is found; present only while the operator exports traces. */
  traceId?: string;
}

/** A decision Retry that was carried out. */
export interface Retried {
  revision: string;
  requestedAt?: string;
}

/** `status` of a BlueGreen. */
export interface BlueGreenStatus {
  observedGeneration: number;
  /** The revision that serves. */
  active?: string;
  /** The revision that the spec (with its decision) asks for. */
  target?: string;
  slots: Partial<Record<Slot, SlotStatus>>;
  step: Step;
  release?: ReleaseStatus;
  /** The revision that was aborted or has failed; not tried again until the spec changes or a Retry names it. */
  rejected?: string;
  /** The decision Retry that was carried out; it goes when the decision goes. */
  retried?: Retried;
  /** Of the present release, or of the last one that had any. */
  checks?: ChecksStatus;
  conditions: Condition[];
  /** Newest first, at most `revisionHistoryLimit`. */
  history: HistoryEntry[];
  /** Of the scale subresource: pods of the active slot. */
  replicas: number;
  /** Of the scale subresource: the active pods' label selector, as a string. */
  selector: string;
}

/** A BlueGreen as the API server holds it. `status` is absent until the operator has seen the object. */
export interface BlueGreen {
  apiVersion: string;
  kind: 'BlueGreen';
  metadata: V1ObjectMeta;
  spec: BlueGreenSpec;
  status?: BlueGreenStatus;
}
