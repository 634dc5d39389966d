import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';

interface Use {
  openedAt: number;
  /** Requests that are not answered yet; more than one if the client pipelines. */
  inFlight: number;
  newest: IncomingMessage | undefined;
  /** `socket.bytesRead` when the connection was last at rest. */
  bytesAtRest: number;
}

/** How long a new connection is waited for to send its first request. */
const FIRST_REQUEST_MS = 1000;

/**
 * Knows which connections of a server are at rest.
 *
 * Own code because `server.closeIdleConnections()` also destroys a connection whose last answer has ended but is not
 * yet flushed to a slow client (the answer is cut off), and never closes one that was opened and not used.
 */
export class Connections {
  readonly #uses = new Map<Socket, Use>();
  readonly #clock: Clock;
  #accepted = 0;

  /** Follows a server; to be called before it gets its request handler. */
  constructor(server: Server, clock: Clock) {
    this.#clock = clock;
    server.on('connection', (socket) => {
      this.#accepted += 1;
      this.#uses.set(socket, { openedAt: clock.now(), inFlight: 0, newest: undefined, bytesAtRest: 0 });
      socket.once('close', () => this.#uses.delete(socket));
    });
    server.on('request', (request, response) => {
      const use = this.#uses.get(request.socket);
      if (!use) return;
      use.inFlight += 1;
      use.newest = request;
      response.once('close', () => {
        use.inFlight -= 1;
        use.bytesAtRest = request.socket.bytesRead;
      });
    });
  }

  /** How many connections there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  get size(): number {
    return this.#uses.size;
  }

  /** Requests in flight, on all connections. */
  get inFlight(): number {
    return [...this.#uses.values()].reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  /** Whether no later request has come in on the same connection: only the last answer may announce its end. */
  isNewest(request: IncomingMessage): boolean {
    const use = this.#uses.get(request.socket);
    return use === undefined || use.newest === request;
  }

  /** Closes every connection without a request: none in flight, none half sent, none that must be on its way. */
  closeIdle(): void {
    for (const [socket, use] of this.#uses) if (this.#isIdle(socket, use)) socket.destroy();
  }

  /** Cuts every connection; gives back how many there were. */
  cut(): number {
    const sockets = [...this.#uses.keys()];
    for (const socket of sockets) socket.destroy();
    return sockets.length;
  }

  #isIdle(socket: Socket, { openedAt, inFlight, bytesAtRest }: Use): boolean {
    if (socket.bytesRead === 0) return this.#clock.now() - openedAt >= FIRST_REQUEST_MS;
    return inFlight === 0 && socket.bytesRead === bytesAtRest && socket.writableLength === 0;
  }
}
