import { STATUS_CODES } from 'node:http';

/** A problem document: RFC 9457. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  /** Stable name of the problem, for programs. */
  code: string;
  detail?: string;
  /** Finds the request's lines in the log. */
  traceId?: string;
  [extension: string]: unknown;
}

/** What a {@link Problem} may carry beside its text. */
export interface ProblemOptions {
  /** Further members of the document, such as `errors`. */
  extensions?: Record<string, unknown>;
  /** Response headers, such as `Allow`. */
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An error that is answered with a problem document. Its message is shown to the client. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly extensions: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, detail: string, { extensions, headers, cause }: ProblemOptions = {}) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.extensions = extensions ?? {};
    this.headers = headers ?? {};
  }
}

/** Tells a {@link Problem} from other errors. */
export const isProblem = (error: unknown): error is Problem => error instanceof Problem;

/** A problem that is told by its status alone: 404 has the code `NOT_FOUND`. */
export const statusProblem = (status: number, detail: string, options?: ProblemOptions): Problem =>
  new Problem(
    status,
    title(status)
      .toUpperCase()
      .replaceAll(/[^A-Z]+/g, '_'),
    detail,
    options,
  );

/** The document that answers a problem. */
export const problemDocument = (problem: Problem, traceId: string): ProblemDocument => ({
  // RFC 9457, 4.2.1: with this type the title is the status's own phrase; `code` says more.
  type: 'about:blank',
  title: title(problem.status),
  status: problem.status,
  code: problem.code,
  detail: problem.message,
  ...problem.extensions,
  traceId,
});

const title = (status: number): string => STATUS_CODES[status] ?? 'Unknown';
