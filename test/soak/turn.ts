/**
 * What happens in one turn of the soak.
 * - `code`, `config`: a release of a changed template, of a changed ConfigMap.
 * - `promote`, `abort`: a release that waits for a person, who promotes it or gives it up.
 * - `crash`: a release whose config the service refuses at start; after a while the config is put right.
 * - `checkBefore`: a release that fails its check before the switch; `checkAfter`: one that fails after it and is taken back.
 * - `undo`: a release that is taken back right after its switch, while the old slot is whole.
 * - `rollback`: the way back to an earlier release, whose slot was emptied long ago.
 */
export type TurnKind =
  'code' | 'config' | 'promote' | 'abort' | 'crash' | 'checkBefore' | 'checkAfter' | 'undo' | 'rollback';

/** How often each kind comes, out of 100. */
const SHARES: Record<TurnKind, number> = {
  code: 22,
  config: 24,
  undo: 18,
  checkAfter: 8,
  rollback: 7,
  promote: 6,
  abort: 6,
  crash: 4,
  checkBefore: 5,
};

/** Every kind of turn. */
export const KINDS: readonly TurnKind[] = [
  'code',
  'config',
  'undo',
  'checkAfter',
  'rollback',
  'promote',
  'abort',
  'crash',
  'checkBefore',
];

/** The kind of the next turn. `random` gives a number from 0 up to, but not including, 1. */
export const nextKind = (random: () => number): TurnKind => {
  let rest = random() * KINDS.reduce((sum, kind) => sum + SHARES[kind], 0);
  for (const kind of KINDS) {
    rest -= SHARES[kind];
    if (rest < 0) return kind;
  }
  return 'code';
};

/** What happened in one turn. Times are milliseconds since the epoch. */
export interface TurnRecord {
  number: number;
  kind: TurnKind;
  /** The revision that served before. */
  from: string;
  /** The new revision, or the one that a rollback asks for; absent while the operator has not named it. */
  to?: string;
  /** The revision that served in the end. */
  served?: string;
  /** How often the active Service was moved to another revision. */
  switches: number;
  appliedMs: number;
  /** When the active Service was first seen to select `to`. */
  switchedMs?: number;
  /** When the object had come to rest as the spec says. */
  endedMs?: number;
  /** How often the operator was killed. */
  kills: number;
  /** Which program of the node was killed. */
  crashed?: string;
  /** From the first answer of the new release to the last one of the old, the longer of both kinds of clients. */
  overlapMs?: number;
  /** Why the turn did not end as the spec says: a state that needs a hand. */
  problem?: string;
}
