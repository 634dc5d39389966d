import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

/** A server on a free port of the loopback that goes away with its scope: `await using server = await serve(handler)`. */
export const serve = async (server: Server): Promise<AsyncDisposable & { port: number }> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
};

/** As {@link serve}, for a handler. */
export const serveHandler = (handler: (...args: Parameters<RequestListener>) => unknown) =>
  serve(createServer((incoming, outgoing) => void handler(incoming, outgoing)));

/** The port that a server listens on. */
export const portOf = (server: Server): number => {
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new TypeError('Expected a server that listens');
  return address.port;
};
