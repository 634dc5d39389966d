import { type Client, type Kind, KINDS } from './client.ts';
import type { KindReport, ReportLine } from './report.ts';
import { Schedule } from './schedule.ts';
import { Tally } from './tally.ts';

/** Everything that a run needs from outside. */
export interface GeneratorOptions {
  url: string;
  clients: Record<Kind, Client>;
  rates: Record<Kind, number>;
  /** The run ends by itself after this long. */
  durationMs: number;
  windowMs: number;
  /** Milliseconds since the epoch, with fractions. */
  now: () => number;
  /** Resolves at that time, or earlier when the signal aborts. */
  sleepUntil: (timeMs: number, signal: AbortSignal) => Promise<void>;
  emit: (line: ReportLine) => void;
}

/** Sends requests by the clock until the time is up or the signal aborts, then waits for those under way. */
export class Generator {
  readonly #options: GeneratorOptions;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #total = newTallies();
  #window = newTallies();
  #windowStartMs = 0;
  #seq = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clients, rates, durationMs, windowMs, now, sleepUntil, url, emit } = this.#options;
    const startMs = now();
    const schedules = {
      keepAlive: new Schedule(rates.keepAlive, startMs),
      fresh: new Schedule(rates.fresh, startMs),
    };
    this.#windowStartMs = startMs;
    emit({ type: 'start', seq: this.#seq++, atMs: startMs, url, rates });
    while (!signal.aborted && now() < startMs + durationMs) {
      for (const kind of KINDS) {
        for (const scheduledMs of schedules[kind].take(now())) this.#send(kind, scheduledMs);
      }
      const windowEndMs = this.#windowStartMs + windowMs;
      if (now() >= windowEndMs) this.#endWindow();
      else await sleepUntil(Math.min(schedules.keepAlive.nextMs, schedules.fresh.nextMs, windowEndMs), signal);
    }
    await Promise.all(this.#inFlight);
    for (const kind of KINDS) clients[kind].close();
    this.#endWindow();
    emit({ type: 'end', seq: this.#seq++, fromMs: startMs, toMs: now(), kinds: reportOf(this.#total) });
  }

  #send(kind: Kind, scheduledMs: number): void {
    // The window that a request ends in may be a later one than that in which it was sent.
    this.#window[kind].send();
    this.#total[kind].send();
    const sending = this.#options.clients[kind].send().then((result) => {
      const endedMs = this.#options.now();
      this.#window[kind].end(result, scheduledMs, endedMs);
      this.#total[kind].end(result, scheduledMs, endedMs);
      this.#inFlight.delete(sending);
      return undefined;
    });
    this.#inFlight.add(sending);
  }

  #endWindow(): void {
    const toMs = this.#options.now();
    const kinds = reportOf(this.#window);
    this.#options.emit({ type: 'window', seq: this.#seq++, fromMs: this.#windowStartMs, toMs, kinds });
    this.#window = newTallies();
    this.#windowStartMs = toMs;
  }
}

const newTallies = (): Record<Kind, Tally> => ({ keepAlive: new Tally(), fresh: new Tally() });

const reportOf = (tallies: Record<Kind, Tally>): Record<Kind, KindReport> => ({
  keepAlive: tallies.keepAlive.report(),
  fresh: tallies.fresh.report(),
});
