import type { Log } from './log.ts';
import { traceIdOf } from './trace.ts';

/** What the chassis puts into every request's `ctx.state`. */
export interface RequestState {
  /** 32 hexadecimal digits: the caller's trace (W3C `traceparent`), or a new one. */
  readonly traceId: string;
  /** Adds the trace to every line. */
  readonly log: Log;
  /** Largest body that is read, unless a route says otherwise. */
  readonly bodyLimitBytes: number;
}

/** The state of one request. Its trace and its logger are made when they are first used: not every request needs them. */
export class RequestScope implements RequestState {
  readonly bodyLimitBytes: number;
  readonly #traceparent: string | undefined;
  readonly #parent: Log;
  #traceId: string | undefined;
  #log: Log | undefined;

  constructor(traceparent: string | undefined, bodyLimitBytes: number, log: Log) {
    this.#traceparent = traceparent;
    this.bodyLimitBytes = bodyLimitBytes;
    this.#parent = log;
  }

  get traceId(): string {
    return (this.#traceId ??= traceIdOf(this.#traceparent));
  }

  get log(): Log {
    return (this.#log ??= this.#parent.child({ traceId: this.traceId }));
  }
}
