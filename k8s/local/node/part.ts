/** How one sees that a part does its work. */
export type Probe =
  /** Something listens on the port of the loopback. */
  | { kind: 'tcp'; port: number }
  /** Something listens on the Unix socket. */
  | { kind: 'socket'; path: string }
  /** The API server answers 200 to the path. */
  | { kind: 'api'; path: string }
  /** The node's condition Ready is True. */
  | { kind: 'node'; name: string };

/** One program of the node. */
export interface Part {
  name: string;
  command: string[];
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Parts that have to be ready before this one is started. */
  needs: string[];
  /** Without one, the part counts as ready as soon as it runs. */
  ready?: Probe;
}

/** How a program ended. */
export interface Exit {
  at: string;
  code?: number;
  signal?: string;
}

/**
 * - `waiting`: for the parts that it needs.
 * - `starting`: runs, but does not do its work yet.
 * - `ready`: does its work.
 * - `down`: has ended, and is started again after a while.
 */
export type PartPhase = 'waiting' | 'starting' | 'ready' | 'down';

/** What is known of a part; kept in a file, so that `npm run status` can say it. */
export interface PartState {
  name: string;
  phase: PartPhase;
  /** Its process, as numbered inside the node. */
  pid?: number;
  since: string;
  restarts: number;
  lastExit?: Exit;
}
