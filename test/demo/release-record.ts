import type { Act } from './scenario.ts';

/** What happened in one act. Times are milliseconds since the epoch. */
export interface ReleaseRecord {
  act: Act;
  /** The revision that served before. */
  from: string;
  /** The revision that was asked for; absent while the operator has not named it. */
  to?: string;
  /** The revision that must serve in the end, where that is known before. */
  expected?: string;
  /** The revision that did serve in the end. */
  served?: string | undefined;
  appliedMs: number;
  /** When the active Service was seen to select the new revision. */
  switchedMs?: number;
  /** When the object had come to rest again. */
  endedMs?: number;
  /** The operator's answer to "why is it not moving?", last seen. */
  waitingFor?: string;
  /** How often the operator was killed. */
  kills: number;
}

/** Whether traffic is meant to move from one revision to another in this act. */
export const switches = ({ act, from, to }: ReleaseRecord): boolean =>
  act !== 'crash' && act !== 'correct' && to !== undefined && to !== from;
