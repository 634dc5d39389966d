import { once } from 'node:events';
import { createServer, request as plainRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import type { Connection } from '../../operator/runtime/connection.ts';
import { NO_FAULTS, refusalOf, type Faults, type ProxiedRequest, type RequestFault } from './fault.ts';

const READS = new Set(['GET', 'HEAD']);

/** What the proxy is told besides where the API server is. */
export interface FaultProxyOptions {
  faults?: Faults;
  /** Waited for before a write is passed on: whoever wants to know how the world is at that moment. */
  witness?: (request: ProxiedRequest) => Promise<void>;
}

/** Stands between an operator and the API server, and lets things go wrong. */
export class FaultProxy {
  /** Writes that were carried out, as `PATCH /apis/…`, whether or not the answer came through. */
  readonly writes: string[] = [];
  /** Resolves when the line was cut for good. */
  readonly cut: Promise<void>;
  readonly #options: FaultProxyOptions;
  readonly #server = createServer((incoming, outgoing) => {
    this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  readonly #agent = new Agent({ keepAlive: true });
  readonly #target: URL;
  readonly #credentials: RequestOptions = {};
  readonly #met = new Map<string, number>();
  #onCut: () => void = () => undefined;
  #started = 0;
  #isCut = false;

  private constructor(target: URL, options: FaultProxyOptions) {
    this.#target = target;
    this.#options = options;
    this.cut = new Promise((resolve) => {
      this.#onCut = resolve;
    });
  }

  /** Starts a proxy before the API server of a kubeconfig, with that kubeconfig's rights. */
  static async start(kubeconfigPath: string, options: FaultProxyOptions = {}): Promise<FaultProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const proxy = new FaultProxy(new URL(config.getCurrentCluster()?.server ?? ''), options);
    await config.applyToHTTPSOptions(proxy.#credentials);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Where the proxy is. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Expected the proxy to listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The way through this proxy. */
  get connection(): Connection {
    const cluster = { name: 'proxy', server: this.url, skipTLSVerify: false };
    return { getCurrentCluster: () => cluster, applyToHTTPSOptions: async () => undefined };
  }

  /** How often each fault has happened: `refuse 409`, `cut after`, `tear` and so on. */
  get met(): ReadonlyMap<string, number> {
    return this.#met;
  }

  /** Cuts the line now, for good. */
  stop(): void {
    this.#isCut = true;
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
    this.#onCut();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const asked = await this.#read(incoming);
    const fault = this.#isCut ? undefined : (this.#options.faults ?? NO_FAULTS).onRequest(asked);
    if (fault !== undefined) this.#note(fault);
    if (fault?.kind === 'cut' && fault.moment === 'before' && fault.forGood === true) this.stop();
    if (this.#isCut || (fault?.kind === 'cut' && fault.moment === 'before')) {
      incoming.socket.destroy();
      return;
    }
    if (fault?.kind === 'refuse') {
      const retry = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
      outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...retry });
      outgoing.end(JSON.stringify(refusalOf(fault.status)));
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (asked.isWrite) await this.#options.witness?.(asked);
    this.#forward(asked, incoming, outgoing, fault);
  }

  async #read(incoming: IncomingMessage): Promise<ProxiedRequest> {
    const { method = 'GET', url = '/' } = incoming;
    const isWrite = !READS.has(method) && !url.includes('/events');
    if (isWrite) this.#started += 1;
    const isWatch = new URL(url, this.url).searchParams.get('watch') === 'true';
    const body = READS.has(method) ? '' : await text(incoming);
    return { method, url, isWatch, isWrite, write: isWrite ? this.#started : 0, body };
  }

  #forward(
    asked: ProxiedRequest,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    fault: RequestFault | undefined,
  ): void {
    const { method, url, isWrite, isWatch, body } = asked;
    const { protocol, hostname, port, host } = this.#target;
    const options = { hostname, port, method, path: url, headers: { ...incoming.headers, host }, agent: this.#agent };
    const open = protocol === 'https:' ? request : plainRequest;
    const forwarded = open({ ...this.#credentials, ...options }, (answer) => {
      if (isWrite && (answer.statusCode ?? 500) < 300) this.writes.push(`${method} ${url}`);
      if (fault?.kind === 'cut') {
        answer.resume();
        if (fault.forGood === true) this.stop();
        else answer.once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      // A watch must hear of an answer before its first event.
      outgoing.flushHeaders();
      answer.on('error', () => outgoing.destroy());
      if (isWatch) this.#handOn(asked, answer, outgoing);
      else answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    forwarded.end(body);
  }

  /** Hands on a watch until it ends or its time has come. */
  #handOn(asked: ProxiedRequest, answer: IncomingMessage, outgoing: ServerResponse): void {
    answer.on('data', (piece: Buffer) => {
      const fault = (this.#options.faults ?? NO_FAULTS).onEvent(asked);
      if (fault === undefined) {
        outgoing.write(piece);
        return;
      }
      this.#count(fault);
      answer.removeAllListeners('data');
      if (fault === 'tear') outgoing.write(piece.subarray(0, Math.ceil(piece.length / 2)), () => outgoing.destroy());
      else outgoing.end(`${JSON.stringify({ type: 'ERROR', object: refusalOf(410) })}\n`);
    });
    answer.on('end', () => outgoing.end());
  }

  #note(fault: RequestFault): void {
    if (fault.kind === 'refuse') this.#count(`refuse ${fault.status}`);
    else this.#count(fault.kind === 'cut' ? `cut ${fault.moment}` : fault.kind);
  }

  #count(what: string): void {
    this.#met.set(what, (this.#met.get(what) ?? 0) + 1);
  }
}
