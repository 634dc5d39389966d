import type { Exit, Part, PartPhase, PartState } from './part.ts';

/** A program that was started. */
export interface Launched {
  pid: number;
  exited: Promise<{ code?: number; signal?: string }>;
}

/** What the supervisor works on. */
export interface SupervisorOptions {
  parts: readonly Part[];
  launch: (part: Part) => Launched;
  /** Whether the part does its work. */
  probe: (part: Part) => Promise<boolean>;
  /** Called after each change with the state of every part. */
  onChange: (states: readonly PartState[]) => void;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
}

const PROBE_INTERVAL_MS = 50;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** A program that ran for this long before it ended is started again without a longer wait. */
const STEADY_MS = 60_000;

/** Keeps programs running: each starts when those that it needs are ready, and again whenever it ends. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #states: Map<string, PartState>;
  readonly #ready: Map<string, PromiseWithResolvers<void>>;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#states = new Map(
      options.parts.map(({ name }) => [name, { name, phase: 'waiting', since: this.#time(), restarts: 0 }]),
    );
    this.#ready = new Map(options.parts.map(({ name }) => [name, Promise.withResolvers<void>()]));
  }

  /** Never resolves: a node runs until it is killed as a whole. */
  async run(): Promise<void> {
    this.#changed();
    await Promise.all(this.#options.parts.map((part) => this.#keep(part)));
  }

  async #keep(part: Part): Promise<void> {
    for (const name of part.needs) await this.#ready.get(name)?.promise;
    let backoffMs = FIRST_BACKOFF_MS;
    for (let restarts = 0; ; restarts += 1) {
      const startedAt = this.#options.now();
      const exit = await this.#runOnce(part, restarts);
      if (this.#options.now() - startedAt >= STEADY_MS) backoffMs = FIRST_BACKOFF_MS;
      this.#set(part, 'down', { restarts, lastExit: { at: this.#time(), ...exit } });
      await this.#options.sleep(backoffMs);
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
    }
  }

  async #runOnce(part: Part, restarts: number): Promise<Omit<Exit, 'at'>> {
    const { pid, exited } = this.#options.launch(part);
    this.#set(part, 'starting', { pid, restarts });
    const end = new AbortController();
    const ended = exited.finally(() => end.abort());
    const [exit] = await Promise.all([ended, this.#probe(part, { pid, restarts }, end.signal)]);
    return exit;
  }

  async #probe(part: Part, change: Partial<PartState>, end: AbortSignal): Promise<void> {
    while (!(await this.#options.probe(part)) && !end.aborted) await this.#options.sleep(PROBE_INTERVAL_MS);
    if (end.aborted) return;
    this.#set(part, 'ready', change);
    this.#ready.get(part.name)?.resolve();
  }

  #set(part: Part, phase: PartPhase, change: Partial<PartState>): void {
    const lastExit = this.#states.get(part.name)?.lastExit;
    this.#states.set(part.name, {
      name: part.name,
      phase,
      since: this.#time(),
      restarts: 0,
      ...(lastExit === undefined ? {} : { lastExit }),
      ...change,
    });
    this.#changed();
  }

  #changed(): void {
    this.#options.onChange([...this.#states.values()]);
  }

  #time(): string {
    return new Date(this.#options.now()).toISOString();
  }
}
