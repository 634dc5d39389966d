import type { Server } from 'node:http';

/** Where a server should listen. */
export interface ListenOptions {
  port: number;
  address?: string | undefined;
  /** The argument that changes the port, for messages. */
  flag: string;
}

/** A port cannot be listened on; the message says what to do. */
export class ListenError extends Error {
  readonly code: 'PORT_IN_USE' | 'PORT_FORBIDDEN' | 'LISTEN_FAILED';

  constructor(options: ListenOptions, cause: NodeJS.ErrnoException) {
    const { code, message } = explain(options, cause);
    super(message, { cause });
    this.name = 'ListenError';
    this.code = code;
  }
}

/** Tells a {@link ListenError} from other errors. */
export const isListenError = (error: unknown): error is ListenError => error instanceof ListenError;

/** Listens, and gives back the port. Throws {@link ListenError}. */
export const listen = async (server: Server, options: ListenOptions): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => reject(new ListenError(options, error));
    server.once('error', onError);
    server.listen({ port: options.port, ...(options.address !== undefined && { host: options.address }) }, () => {
      server.off('error', onError);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : options.port;
};

const explain = (
  { port, address, flag }: ListenOptions,
  { code, message }: NodeJS.ErrnoException,
): Pick<ListenError, 'code' | 'message'> => {
  switch (code) {
    case 'EADDRINUSE':
      return {
        code: 'PORT_IN_USE',
        message: `Expected a free port, found port ${port} in use: stop what listens on it (ss -ltnp shows it) or choose another with ${flag}`,
      };
    case 'EACCES':
      return {
        code: 'PORT_FORBIDDEN',
        message: `Expected a port that this user may listen on, found port ${port}: choose one above 1023 with ${flag}, or allow it with the capability NET_BIND_SERVICE`,
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        code: 'LISTEN_FAILED',
        message: `Expected an address of this machine, found ${address}: choose another with --listen-address, or leave it out to listen on all`,
      };
    case undefined:
    default:
      return { code: 'LISTEN_FAILED', message: `Expected to listen on port ${port}, found: ${message}` };
  }
};
