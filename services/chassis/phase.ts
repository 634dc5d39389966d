/** Where a service is in its life: what the probes answer by. */
export type PhaseName = 'starting' | 'serving' | 'stopping';

/** The phase, which only goes forward. */
export class Phase {
  #name: PhaseName = 'starting';

  get name(): PhaseName {
    return this.#name;
  }

  /** Ready to serve, unless a stop has begun already. */
  serve(): void {
    if (this.#name === 'starting') this.#name = 'serving';
  }

  stop(): void {
    this.#name = 'stopping';
  }
}
