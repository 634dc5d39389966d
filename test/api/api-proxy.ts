import { once } from 'node:events';
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Connection } from '../../operator/runtime/connection.ts';

/** When a connection is cut: before the request reaches the API server, or after it was carried out, unanswered. */
export type CutMoment = 'before' | 'after';

const READS = new Set(['GET', 'HEAD']);

/**
 * Stands between an operator and the API server and can cut the line at any write, for good: to the cluster that is
 * the same as the operator's death at that moment.
 */
export class ApiProxy {
  /** Write requests that were carried out, as `PATCH /apis/…`. */
  readonly writes: string[] = [];
  /** Resolves when the line was cut. */
  readonly cut: Promise<void>;
  readonly #server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing));
  readonly #agent = new Agent({ keepAlive: true });
  readonly #cutAt: { write: number; moment: CutMoment } | undefined;
  readonly #target: URL;
  readonly #credentials: RequestOptions = {};
  #onCut: () => void = () => undefined;
  #started = 0;
  #isCut = false;

  private constructor(target: URL, cutAt: { write: number; moment: CutMoment } | undefined) {
    this.#target = target;
    this.#cutAt = cutAt;
    this.cut = new Promise((resolve) => {
      this.#onCut = resolve;
    });
  }

  /** Starts a proxy; with `cutAt`, the line is cut at that write (the first is 1). */
  static async start(kubeconfigPath: string, cutAt?: { write: number; moment: CutMoment }): Promise<ApiProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const proxy = new ApiProxy(new URL(config.getCurrentCluster()?.server ?? ''), cutAt);
    await config.applyToHTTPSOptions(proxy.#credentials);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** The way through this proxy. */
  get connection(): Connection {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Expected the proxy to listen');
    const cluster = { name: 'proxy', server: `http://127.0.0.1:${address.port}`, skipTLSVerify: false };
    return { getCurrentCluster: () => cluster, applyToHTTPSOptions: async () => undefined };
  }

  /** Cuts the line now. */
  stop(): void {
    this.#isCut = true;
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
    this.#onCut();
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url = '/' } = incoming;
    const isWrite = !READS.has(method) && !url.includes('/events');
    if (isWrite) this.#started += 1;
    const moment = isWrite && this.#started === this.#cutAt?.write ? this.#cutAt.moment : undefined;
    if (moment === 'before') this.stop();
    if (this.#isCut) {
      incoming.socket.destroy();
      return;
    }
    const { protocol, hostname, port } = this.#target;
    const headers = { ...incoming.headers, host: this.#target.host };
    const options = { ...this.#credentials, hostname, port, method, path: url, headers, agent: this.#agent };
    const forwarded = (protocol === 'https:' ? request : plainRequest)(options, (answer) => {
      if (isWrite && (answer.statusCode ?? 500) < 300) this.writes.push(`${method} ${url}`);
      if (moment === 'after') {
        answer.resume();
        this.stop();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      // A watch must hear of an answer before its first event.
      outgoing.flushHeaders();
      answer.on('error', () => outgoing.destroy());
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }
}
