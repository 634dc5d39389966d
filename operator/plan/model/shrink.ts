import type { Command } from './commands.ts';

/**
 * The shortest history that still fails, as far as leaving out commands goes: halves first, then ever smaller pieces.
 * (fast-check shrinks by the way a value was generated; commands that came as one part would stay together.)
 */
export const shrink = (commands: readonly Command[], fails: (candidate: Command[]) => boolean): Command[] => {
  let shortest = [...commands];
  for (let piece = Math.ceil(shortest.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let start = 0; start < shortest.length;) {
      const candidate = shortest.toSpliced(start, piece);
      if (fails(candidate)) shortest = candidate;
      else start += piece;
    }
  }
  return shortest;
};
