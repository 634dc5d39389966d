/** A request on its way to the API server. */
export interface ProxiedRequest {
  method: string;
  /** Path and query. */
  url: string;
  isWatch: boolean;
  /** Changes something; Events do not count, since nothing depends on them. */
  isWrite: boolean;
  /** Its number among the writes, from 1; 0 if it is none. */
  write: number;
  /** What a write says; empty for anything else. */
  body: string;
}

/**
 * When a connection is cut: before the request reaches the API server, or after it was carried out, unanswered. Whoever
 * asked cannot tell one from the other.
 */
export type CutMoment = 'before' | 'after';

/** What goes wrong with a request. */
export type RequestFault =
  | { kind: 'refuse'; status: 409 | 429 | 500 | 503; retryAfterSeconds?: number }
  | { kind: 'delay'; ms: number }
  /** With `forGood` no request gets through any more: to the cluster that is the same as the end of who asked. */
  | { kind: 'cut'; moment: CutMoment; forGood?: boolean };

/** What goes wrong with a watch: it is cut in the middle of an event, or its history is said to be gone (410). */
export type WatchFault = 'tear' | 'expire';

/** Decides what goes wrong, and when. */
export interface Faults {
  onRequest(request: ProxiedRequest): RequestFault | undefined;
  /** Asked before each piece of a watch is handed on. */
  onEvent(request: ProxiedRequest): WatchFault | undefined;
}

/** All goes well. */
export const NO_FAULTS: Faults = { onRequest: () => undefined, onEvent: () => undefined };

/** Cuts the line for good at that write; the first is 1. */
export const cutAtWrite = (write: number, moment: CutMoment): Faults => ({
  onRequest: (request) => (request.write === write ? { kind: 'cut', moment, forGood: true } : undefined),
  onEvent: () => undefined,
});

/**
 * Every write fails when it is tried first and gets through when it is tried again. The answer to every third of those
 * is dropped although it was carried out.
 */
export const firstTriesFail = (): Faults => {
  const failed = new Set<string>();
  let failures = 0;
  return {
    onRequest: ({ isWrite, method, url }) => {
      const write = `${method} ${url.split('?')[0]}`;
      // Failed the last time, so this is another try.
      if (!isWrite || failed.delete(write)) return undefined;
      failed.add(write);
      failures += 1;
      if (failures % 3 === 0) return { kind: 'cut', moment: 'after' };
      return { kind: 'refuse', status: failures % 3 === 1 ? 409 : 500 };
    },
    onEvent: () => undefined,
  };
};

/** What an API server says with these statuses. */
export const STATUS_REASONS = {
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
} as const;

/** The object that the API server explains a refusal with. */
export const refusalOf = (status: keyof typeof STATUS_REASONS): object => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `a fault that was asked for: ${STATUS_REASONS[status]}`,
  reason: STATUS_REASONS[status],
  code: status,
});
