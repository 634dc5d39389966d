import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import type { Address } from './connection.ts';

/** A server for tests that does to each request, by its running number, whatever the test asks for. */
export class FakeServer implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #sockets = new Set<Socket>();
  /** Connections accepted so far. */
  connections = 0;
  /** Requests received so far. */
  requests = 0;

  constructor(answer: (socket: Socket, request: number) => void) {
    this.#server = net.createServer((socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => this.#sockets.delete(socket));
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', () => answer(socket, ++this.requests));
    });
  }

  async listen(): Promise<Address> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a TCP address');
    return { host: '127.0.0.1', port: address.port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** An answer without a body. */
export const answerText = (revision: string, ...headers: string[]): string =>
  ['HTTP/1.1 200 OK', 'content-length: 0', `x-relevo-revision: ${revision}`, ...headers, '', ''].join('\r\n');
