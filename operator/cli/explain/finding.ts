/**
 * How a finding bears on the release.
 * - `stuck`: somebody has to change something.
 * - `decision`: it waits for a person's decision.
 * - `moving`: it goes on by itself.
 */
export type Bearing = 'stuck' | 'decision' | 'moving';

/** One reason why a BlueGreen is where it is, and what can be done about it. */
export interface Finding {
  /** Stable, for programs. */
  cause: string;
  bearing: Bearing;
  /** What it is, in one sentence. */
  what: string;
  /** What was seen that says so: the words of the kubelet, the scheduler, the API server, the container. */
  seen: string[];
  /** What to do next, the best first. */
  next: string[];
}

export const stuck = (cause: string, what: string, seen: readonly string[], next: readonly string[]): Finding => ({
  cause,
  bearing: 'stuck',
  what,
  seen: [...seen],
  next: [...next],
});

export const moving = (cause: string, what: string, next: readonly string[] = []): Finding => ({
  cause,
  bearing: 'moving',
  what,
  seen: [],
  next: [...next],
});
