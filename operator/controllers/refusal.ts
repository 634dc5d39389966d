import { ApiError } from '../runtime/errors.ts';

/** Malformed, forbidden (also by an admission policy or a quota), too large, invalid. */
const REFUSALS = new Set([400, 403, 413, 422]);

/** The server says 500 about an apply with a field that the type does not have. */
const WRONG_TYPE = 'failed to create typed patch object';

/** Whether the server means what was asked of it; anything else (it is busy, a timeout, a conflict) may pass by itself. */
export const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && (REFUSALS.has(error.status) || error.message.includes(WRONG_TYPE));
