import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { Registry } from 'prom-client';

/** A question that a probe asks: undefined is yes, a sentence says why not. */
export type ProbeCheck = () => string | undefined;

export interface ManagementServerOptions {
  /** 0 takes any free port. */
  port: number;
  /** Default: all addresses. */
  host?: string;
  registry: Registry;
  /** Checks behind /readyz by name; all must hold. */
  ready: Record<string, ProbeCheck>;
  /** Checks behind /healthz by name; when one fails, the process should be started anew. */
  live?: Record<string, ProbeCheck>;
}

export interface ManagementServer {
  /** The port it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

/** What is answered to one path. */
interface Answer {
  status: number;
  type: string;
  body: string;
}

/**
 * Serves /metrics and the probes: /healthz and /readyz as controllers of Kubernetes call them, the same as /live and
 * /ready as services with Relevo's chassis do. Rejects when the port cannot be had.
 */
export const startManagementServer = async (options: ManagementServerOptions): Promise<ManagementServer> => {
  const { registry, ready, live = {} } = options;
  const routes = new Map<string, () => Answer | Promise<Answer>>([
    ['/healthz', () => probe(live)],
    ['/live', () => probe(live)],
    ['/readyz', () => probe(ready)],
    ['/ready', () => probe(ready)],
    ['/metrics', async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() })],
  ]);
  const server = createServer(listener(routes));
  await listen(server, options);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError(`Expected a port, found ${address}`);
  return { port: address.port, close: () => close(server) };
};

const probe = (checks: Record<string, ProbeCheck>): Answer => {
  const failures = Object.entries(checks).flatMap(([name, check]) => {
    const reason = check();
    return reason === undefined ? [] : [`${name}: ${reason}`];
  });
  const body = failures.length === 0 ? 'ok\n' : `${failures.join('\n')}\n`;
  return { status: failures.length === 0 ? 200 : 503, type: 'text/plain; charset=utf-8', body };
};

const listener =
  (routes: ReadonlyMap<string, () => Answer | Promise<Answer>>): RequestListener =>
  (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const route = routes.get(path) ?? (() => ({ status: 404, type: 'text/plain', body: `No such path: ${path}\n` }));
    const send = ({ status, type, body }: Answer): void => {
      response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
    };
    Promise.resolve()
      .then(route)
      .then(send, (error: unknown) => send({ status: 500, type: 'text/plain', body: `${String(error)}\n` }));
  };

const listen = (server: Server, { port, host }: ManagementServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
