import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on loopback. */
export interface TestServer extends AsyncDisposable {
  port: number;
  address: string;
  /** What it was asked, in order. */
  requests: IncomingMessage[];
}

/** Starts a server that answers as told. */
export const serve = async (answer: RequestListener): Promise<TestServer> => {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = Object(server.address());
  return {
    port,
    address: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Answers everything with that status and body. */
export const always =
  (status: number, body = ''): RequestListener =>
  (_, response) => {
    response.writeHead(status).end(body);
  };
