import type { Decision } from '../../api/bluegreen.ts';

/** What a command wants to write, and what a person is told will come of it. */
export interface Intent {
  /** The only fields of a BlueGreen that the command line writes. */
  change: { decision: Decision } | { paused: boolean };
  sentence: string;
  /** It stands there already. */
  isDone: boolean;
}
