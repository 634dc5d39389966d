import type { Clock } from './clock.ts';

/** One thing that must not stand still. */
export interface Pulse {
  /** It does something: it is alive. */
  beat(): void;
  /** It has ended. */
  stop(): void;
}

/** Knows which of the things that must not stand still do so, whatever the reason. */
export class Pulses {
  readonly #clock: Clock;
  /** Each with its name and the time of its last beat. */
  readonly #pulses = new Map<Pulse, { name: string; beatAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something begins that is to beat from now on. */
  start(name: string): Pulse {
    const pulse: Pulse = {
      beat: () => void (state.beatAtMs = this.#clock.elapsed()),
      stop: () => void this.#pulses.delete(pulse),
    };
    const state = { name, beatAtMs: this.#clock.elapsed() };
    this.#pulses.set(pulse, state);
    return pulse;
  }

  /** One sentence on what has not beaten for so long; undefined when everything has. */
  whyStuck(limitMs: number): string | undefined {
    const now = this.#clock.elapsed();
    const stuck = [...this.#pulses.values()].filter(({ beatAtMs }) => now - beatAtMs > limitMs);
    if (stuck.length === 0) return undefined;
    return stuck
      .map(({ name, beatAtMs }) => `${name} stands still for ${Math.round((now - beatAtMs) / 1000)} s`)
      .join(', ');
  }
}
