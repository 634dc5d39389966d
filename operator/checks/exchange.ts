import * as http from 'node:http';
import * as https from 'node:https';
import { types } from 'node:util';
import type { HttpHeader } from '../api/checks.ts';

/** One request of a check. */
export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: readonly HttpHeader[];
  body?: string | undefined;
  /** Whether the server's certificate must be signed by a known authority. */
  verify: boolean;
  /** Of the answer's body no more is read. */
  maxBytes: number;
}

/** What came back. Redirects are answers like any other: they are not followed. */
export interface ExchangeAnswer {
  status: number;
  body: string;
  /** The body was longer than what was read. */
  cut: boolean;
}

/** Sends one request over a connection of its own. */
export type Exchange = (request: ExchangeRequest, signal: AbortSignal) => Promise<ExchangeAnswer>;

/** No whole answer came. */
export class ExchangeError extends Error {
  readonly code = 'EXCHANGE_FAILED';

  constructor(cause: unknown) {
    super(reasonOf(cause), { cause });
    this.name = 'ExchangeError';
  }
}

/**
 * Sends one request by node's own client and reads a bounded answer. Not by `fetch`: it verifies every certificate,
 * refuses some headers and would be 5 MB more of the operator's memory.
 */
export const exchange: Exchange = async (request, signal) => {
  signal.throwIfAborted();
  try {
    const response = await send(request, signal);
    const { body, cut } = await readBounded(response, request.maxBytes);
    return { status: response.statusCode ?? 0, body, cut };
  } catch (error) {
    signal.throwIfAborted();
    throw new ExchangeError(error);
  }
};

const send = ({ url, method, headers, body, verify }: ExchangeRequest, signal: AbortSignal) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const outgoing = request(url, { method, signal, agent: false, rejectUnauthorized: verify });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.setHeader('User-Agent', 'relevo-check');
    const names = new Set<string>();
    for (const { name, value } of headers) {
      if (names.has(name.toLowerCase())) outgoing.appendHeader(name, value);
      else outgoing.setHeader(name, value);
      names.add(name.toLowerCase());
    }
    outgoing.end(body);
  });

const readBounded = async (
  response: http.IncomingMessage,
  maxBytes: number,
): Promise<{ body: string; cut: boolean }> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    // Leaving the loop closes the connection.
    if (size > maxBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return { body, cut: size > maxBytes };
};

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it closed the connection before its answer had ended',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
};

const reasonOf = (cause: unknown): string => {
  if (!types.isNativeError(cause)) return String(cause);
  const { code = '', message }: NodeJS.ErrnoException = cause;
  return REASONS[code] ?? (message === '' ? code : message);
};
