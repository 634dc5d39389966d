import type { ServerResponse } from 'node:http';
import { refuse } from './wire.ts';

/** What to do to a request instead of serving it. */
export type Fault =
  | { status: number; reason?: string; retryAfter?: number; text?: string }
  /** Close the connection without an answer. */
  | 'hang-up'
  /** Send half of the answer, then close. */
  | 'half'
  /** Never answer. */
  | 'ignore';

/** Treats a request so. */
export const fail = (response: ServerResponse, fault: Fault): void => {
  if (fault === 'ignore') return;
  if (fault === 'hang-up') {
    response.destroy();
    return;
  }
  if (fault === 'half') {
    response.writeHead(200, { 'Content-Length': 1000 });
    response.write('{"metadata":', () => response.destroy());
    return;
  }
  if (fault.retryAfter !== undefined) response.setHeader('Retry-After', String(fault.retryAfter));
  if (fault.text === undefined) refuse(response, fault.status, fault.reason ?? 'Injected');
  else response.writeHead(fault.status).end(fault.text);
};
