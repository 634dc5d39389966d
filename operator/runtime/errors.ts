/** One cause inside `details` of a Kubernetes Status. */
export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

/** `details` of a Kubernetes Status. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The part of a Kubernetes Status object (metav1.Status) that explains a failure. */
export interface Status {
  status?: string;
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** The API server answered, and the answer is a failure. */
export class ApiError extends Error {
  readonly code = 'API_ERROR';
  /** The HTTP status code. */
  readonly status: number;
  /** The machine-readable reason, for example `Conflict`; empty when the answer had none. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** The server's own words. */
  readonly explanation: string;

  constructor(status: number, answer: Status, request: string) {
    const explanation = answer.message ?? answer.reason ?? 'no explanation';
    super(`${request}: ${explanation} (HTTP ${status})`);
    this.explanation = explanation;
    this.name = 'ApiError';
    this.status = status;
    this.reason = answer.reason ?? '';
    this.details = answer.details;
  }
}

/** The request did not get a whole answer: the connection failed or was cut, or the answer was not what HTTP or JSON allow. */
export class ConnectionError extends Error {
  readonly code = 'CONNECTION_ERROR';

  constructor(request: string, cause: unknown) {
    super(`${request}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ConnectionError';
  }
}

const hasStatus = (error: unknown, status: number): error is ApiError =>
  error instanceof ApiError && error.status === status;

/** The object, or its kind, does not exist. */
export const isNotFound = (error: unknown): error is ApiError => hasStatus(error, 404);
/** A create of something that is there already. */
export const isAlreadyExists = (error: unknown): error is ApiError =>
  hasStatus(error, 409) && error.reason === 'AlreadyExists';
/** A precondition (resourceVersion, uid, field ownership) did not hold. */
export const isConflict = (error: unknown): error is ApiError => hasStatus(error, 409) && !isAlreadyExists(error);
/** The resourceVersion or the continue token is too old. */
export const isGone = (error: unknown): error is ApiError => hasStatus(error, 410);
/** The object was refused by validation. */
export const isInvalid = (error: unknown): error is ApiError => hasStatus(error, 422);
/** Not allowed by authorisation or by an admission policy. */
export const isForbidden = (error: unknown): error is ApiError => hasStatus(error, 403);
/** The server is too busy or fails itself, whatever was asked. */
export const isOutOfOrder = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 429 || error.status >= 500);
