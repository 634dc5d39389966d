import type { Log } from './log.ts';

/** What the chassis puts into every request's `ctx.state`. */
export interface RequestState {
  /** 32 hexadecimal digits: the caller's trace (W3C `traceparent`), or a new one. */
  traceId: string;
  /** Adds the trace to every line. */
  log: Log;
  /** Largest body that is read, unless a route says otherwise. */
  bodyLimitBytes: number;
}
