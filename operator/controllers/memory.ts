import type { Slot } from '../api/names.ts';
import type { SlotView, Verdict } from '../plan/types.ts';

/** What was found out about one BlueGreen by asking the API server; none of it is lost for good when it is forgotten. */
export interface Memory {
  verdicts: VerdictMemory;
  /** Deployments that have a slot's name and are not this BlueGreen's. They may carry no label, so no watch sees them. */
  foreign: Partial<Record<Slot, SlotView>>;
  /** When the switch began whose old pods have been told that they are leaving. */
  announced?: string | undefined;
  /** When the Jobs of checks were last deleted. */
  sweep?: Sweep;
}

/** How far a release was when the Jobs of its checks were deleted. */
export interface Sweep {
  /** The run of the checks. */
  run: string;
  /** Jobs that had ended. */
  jobs: number;
  /** The release had ended. */
  isEnded: boolean;
}

/** The memories of all BlueGreens, by uid. */
export class Memories {
  readonly #memories = new Map<string, Memory>();

  of(uid: string): Memory {
    const known = this.#memories.get(uid);
    if (known !== undefined) return known;
    const memory: Memory = { verdicts: new VerdictMemory(), foreign: {} };
    this.#memories.set(uid, memory);
    return memory;
  }

  /** The BlueGreen is gone. */
  forget(uid: string): void {
    this.#memories.delete(uid);
  }
}

/** More revisions than this are not pending at once; an older verdict can be asked for again. */
const MAX_VERDICTS = 8;

/** What refused a template may have been a quota or an admission policy, which change without anyone telling. */
const REFUSAL_HOLDS_MS = 60_000;

/** What the API server said to dry runs. */
export class VerdictMemory {
  readonly #verdicts = new Map<string, { verdict: Verdict; until: number }>();

  remember(revision: string, verdict: Verdict, now: number): void {
    this.#verdicts.delete(revision);
    this.#verdicts.set(revision, { verdict, until: verdict.accepted ? Infinity : now + REFUSAL_HOLDS_MS });
    for (const oldest of this.#verdicts.keys()) {
      if (this.#verdicts.size <= MAX_VERDICTS) break;
      this.#verdicts.delete(oldest);
    }
  }

  /** The verdicts that still hold, by revision. */
  at(now: number): Record<string, Verdict> {
    const holding = [...this.#verdicts].filter(([, { until }]) => until > now);
    return Object.fromEntries(holding.map(([revision, { verdict }]) => [revision, verdict]));
  }

  /** When the next refusal ends to hold; undefined when none is remembered. */
  nextExpiry(now: number): number | undefined {
    const ends = [...this.#verdicts.values()].map(({ until }) => until).filter((until) => until > now);
    const next = Math.min(...ends);
    return Number.isFinite(next) ? next : undefined;
  }
}
