import * as http from 'node:http';
import * as https from 'node:https';
import type { Connection } from './connection.ts';
import { ConnectionError } from './errors.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  method: string;
  path: string;
  query?: Record<string, string> | undefined;
  body?: string | undefined;
  contentType?: string | undefined;
  /** Media type of the answer. Default: JSON. */
  accept?: string | undefined;
  /** Give up when no byte came for so long. Default: never. */
  idleTimeoutMs?: number | undefined;
  signal: AbortSignal;
}

/** What became of one request. */
export interface RequestReport {
  method: string;
  path: string;
  /** The host and port of the API server. */
  host: string;
  /** The HTTP status, or `error` when no answer came. */
  code: number | 'error';
  seconds: number;
}

export interface TransportOptions {
  userAgent: string;
  /** Told of every request when its answer's head has come, or when it failed. */
  onRequest?: ((report: RequestReport) => void) | undefined;
  /** The id under which the API server is to audit a request. Default: one of the server's own. */
  auditId?: (() => string | undefined) | undefined;
}

/** Idle connections are closed before the API server does it (after 90 s), so that a request seldom meets a closed one. */
const FREE_SOCKET_TIMEOUT_MS = 30_000;

/** Sends requests to the API server of a connection over kept-alive sockets. */
export class Transport {
  readonly #connection: Connection;
  readonly #options: TransportOptions;
  readonly #agent: http.Agent;
  readonly #server: URL;

  constructor(connection: Connection, options: TransportOptions) {
    const cluster = connection.getCurrentCluster();
    if (cluster === null) throw new TypeError('Expected a connection with a current cluster, found none');
    this.#connection = connection;
    this.#options = options;
    this.#server = new URL(cluster.server);
    const { Agent } = this.#server.protocol === 'http:' ? http : https;
    this.#agent = new Agent({ keepAlive: true, timeout: FREE_SOCKET_TIMEOUT_MS });
  }

  /** Resolves when the head of the answer has come. A read is sent again once when its kept-alive socket was dead. */
  async send(request: WireRequest): Promise<http.IncomingMessage> {
    try {
      return await this.#attempt(request);
    } catch (error) {
      request.signal.throwIfAborted();
      if (request.method === 'GET' && error instanceof StaleSocketError) return await this.#attempt(request);
      throw error;
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #attempt(request: WireRequest): Promise<http.IncomingMessage> {
    const { accept = 'application/json' } = request;
    const headers: http.OutgoingHttpHeaders = { Accept: accept, 'User-Agent': this.#options.userAgent };
    const auditId = this.#options.auditId?.();
    if (auditId !== undefined) headers['Audit-ID'] = auditId;
    if (request.body !== undefined) {
      headers['Content-Type'] = request.contentType ?? 'application/json';
      headers['Content-Length'] = Buffer.byteLength(request.body);
    }
    const options: https.RequestOptions = { method: request.method, headers };
    const startedAt = performance.now();
    const report = (code: number | 'error'): void => {
      const seconds = (performance.now() - startedAt) / 1000;
      const { method, path } = request;
      this.#options.onRequest?.({ method, path, host: this.#server.host, code, seconds });
    };
    try {
      await this.#connection.applyToHTTPSOptions(options);
      // A proxy needs the connection's own agent; otherwise ours, because that one does not keep sockets alive.
      if (this.#connection.getCurrentCluster()?.proxyUrl === undefined) options.agent = this.#agent;
      const response = await this.#exchange(request, options);
      report(response.statusCode ?? 0);
      return response;
    } catch (error) {
      report('error');
      throw error;
    }
  }

  #exchange(request: WireRequest, options: https.RequestOptions): Promise<http.IncomingMessage> {
    const { signal, idleTimeoutMs } = request;
    const url = new URL(this.#server);
    // The server's own path is kept: some proxies serve an API server under a prefix.
    url.pathname = `${url.pathname.replace(/\/$/, '')}${request.path}`;
    url.search = new URLSearchParams(request.query).toString();
    const { request: open } = url.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const outgoing = open(url, { ...options, signal });
      if (idleTimeoutMs !== undefined) {
        outgoing.setTimeout(idleTimeoutMs, () => outgoing.destroy(new Error(`No byte came for ${idleTimeoutMs} ms`)));
      }
      outgoing.once('response', resolve);
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
        const label = `${request.method} ${request.path}`;
        reject(
          signal.aborted
            ? signal.reason
            : stale
              ? new StaleSocketError(label, error)
              : new ConnectionError(label, error),
        );
      });
      outgoing.end(request.body);
    });
  }
}

/** The server had closed the kept-alive socket that the request was sent on. */
class StaleSocketError extends ConnectionError {}
