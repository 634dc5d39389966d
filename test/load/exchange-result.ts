import { NO_REVISION, type Result, REVISION_HEADER } from './client.ts';
import type { Exchange } from './connection.ts';

/** What an exchange means for the request; any status but 2xx is a failure and is counted by the tally. */
export const resultOf = (exchange: Exchange, retried: boolean): Result =>
  exchange.kind === 'answer'
    ? {
        kind: 'answer',
        status: exchange.response.status,
        revision: exchange.response.headers.get(REVISION_HEADER) ?? NO_REVISION,
        retried,
      }
    : { kind: 'failed', reason: describeBreak(exchange), retried };

const describeBreak = ({ reason, bytes, connected }: Exchange & { kind: 'broken' }): string => {
  if (!connected) return `${reason} before the connection was made`;
  return bytes === 0 ? `${reason} before the answer` : `${reason} within the answer`;
};
