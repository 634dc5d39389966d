import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Connections } from '../connections.ts';
import { eventually } from './eventually.ts';
import { ManualClock } from './manual-clock.ts';
import { serve } from './serve.ts';

/** A request as it goes over the wire. */
export const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A client's connection that keeps what it was sent. */
export type Client = Socket & { received: () => string };

/** A server whose connections are followed, on a clock that a test moves. */
export interface FollowedServer extends AsyncDisposable {
  clock: ManualClock;
  http: Server;
  connections: Connections;
  /** Connects, and waits until the server knows. */
  open(): Promise<Client>;
}

/** Starts one; without a handler it answers `ok`. */
export const followedServer = async (
  handler: RequestListener = (_, response) => response.end('ok'),
): Promise<FollowedServer> => {
  const clock = new ManualClock();
  const http = createServer();
  const connections = new Connections(http, clock);
  http.on('request', handler);
  const server = await serve(http);
  const open = async (): Promise<Client> => {
    const before = connections.size;
    const socket = connect(server.port, '127.0.0.1');
    // A server that cuts a connection may reset it.
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    await eventually('the connection', () => connections.size > before);
    return Object.assign(socket, { received: () => text });
  };
  return { clock, http, connections, open, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};
