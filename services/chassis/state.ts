import type { Log } from './log.ts';

/** What the chassis puts into every request's `ctx.state`. */
export interface RequestState {
  /** 32 hexadecimal digits: the caller's trace (W3C `traceparent`), or a new one. */
  readonly traceId: string;
  /** Adds the trace to every line. */
  readonly log: Log;
  /** Largest body that is read, unless a route says otherwise. */
  readonly bodyLimitBytes: number;
}

/** The state of one request. Its logger is made when it is first used: most requests never do, and it is costly. */
export class RequestScope implements RequestState {
  readonly traceId: string;
  readonly bodyLimitBytes: number;
  readonly #parent: Log;
  #log: Log | undefined;

  constructor(traceId: string, bodyLimitBytes: number, log: Log) {
    this.traceId = traceId;
    this.bodyLimitBytes = bodyLimitBytes;
    this.#parent = log;
  }

  get log(): Log {
    return (this.#log ??= this.#parent.child({ traceId: this.traceId }));
  }
}
