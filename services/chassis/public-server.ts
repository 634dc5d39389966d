import {
  createServer,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
  ServerResponse,
} from 'node:http';
import type { Clock } from './clock.ts';
import { Connections } from './connections.ts';

/** How the public server treats its connections. */
export interface PublicServerOptions {
  keepAliveMs: number;
  /** While true, every answer asks its client to come back on a new connection. */
  closing: () => boolean;
  clock: Clock;
}

/**
 * Makes the server of the public port. The decision to announce `Connection: close` falls when an answer's headers are
 * written, not when its request came in: a slow answer that began before a switch must tell of it too.
 */
export const createPublicServer = (
  handler: RequestListener,
  { keepAliveMs, closing, clock }: PublicServerOptions,
): { server: Server; connections: Connections } => {
  class MarkedResponse extends ServerResponse {
    override writeHead(
      status: number,
      reason?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      // An earlier one of pipelined answers would end the connection before the later ones are sent.
      if (closing() && connections.isNewest(this.req)) this.setHeader('Connection', 'close');
      return typeof reason === 'string' ? super.writeHead(status, reason, headers) : super.writeHead(status, reason);
    }
  }

  const server = createServer({ ServerResponse: MarkedResponse });
  server.keepAliveTimeout = keepAliveMs;
  // Node counts from the opening of a connection, so a client that opens some ahead of use would meet this limit
  // where it relies on the other: it must not be the lower one.
  server.headersTimeout = keepAliveMs + 1000;
  server.requestTimeout = Math.max(300_000, server.headersTimeout);
  const connections = new Connections(server, clock);
  server.on('request', handler);
  return { server, connections };
};
