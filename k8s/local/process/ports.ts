import { once } from 'node:events';
import { createServer } from 'node:net';

/** That many different free TCP ports of the loopback address. */
export const freePorts = async (count: number): Promise<number[]> => {
  // All are held at the same time, so that none is given twice.
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        if (address === null || typeof address === 'string') throw new TypeError(`Expected a port, found ${address}`);
        return address.port;
      }),
    );
  } finally {
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
  }
};
