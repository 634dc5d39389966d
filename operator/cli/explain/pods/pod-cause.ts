import type { PodEvidence } from './pod-evidence.ts';

/** Why one pod is not ready. Its sentence goes on from the pod's name. */
export interface PodFinding {
  cause: string;
  /** Findings with the same cause and key are one, of several pods. */
  key: string;
  what: string;
  seen: string[];
  next: string[];
  /** It may come right by itself. */
  isMoving?: boolean;
}

/** Looks for one cause at one pod. Pure. */
export type PodCause = (evidence: PodEvidence, now: number) => PodFinding | undefined;
