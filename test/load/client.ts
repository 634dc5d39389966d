/** The two kinds of clients that are measured side by side. */
export const KINDS = ['keepAlive', 'fresh'] as const;
export type Kind = (typeof KINDS)[number];

/** What became of one request. */
export type Result =
  | { kind: 'answer'; status: number; revision: string; retried: boolean }
  | { kind: 'failed'; reason: string; retried: boolean };

/** Sends one request, at once if it can. Never rejects. */
export interface Client {
  send(): Promise<Result>;
  /** Closes what is idle; requests under way are let finish. */
  close(): void;
}

/** What every client needs. */
export interface ClientOptions {
  address: { host: string; port: number };
  /** The whole request, as bytes on the wire. */
  request: string;
  /** How long one request may take on a connection, the making of the connection included. */
  timeoutMs: number;
  now: () => number;
}

/** The header by which the chassis tells its revision. */
export const REVISION_HEADER = 'x-relevo-revision';
/** Stands for the revision of an answer that did not tell it. */
export const NO_REVISION = '-';
