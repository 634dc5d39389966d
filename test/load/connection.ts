import net from 'node:net';
import { type Response, ResponseParser } from './response-parser.ts';

/** Where the requests go. */
export interface Address {
  host: string;
  port: number;
}

/** How one request on one connection ended. */
export type Exchange =
  | { kind: 'answer'; response: Response }
  /** `bytes`: how much of an answer had come. `connected`: whether the connection had been made at all. */
  | { kind: 'broken'; reason: string; bytes: number; connected: boolean };

/** One TCP connection that carries one request at a time. */
export class Connection {
  readonly #socket: net.Socket;
  readonly #now: () => number;
  #parser = new ResponseParser();
  #settle: ((exchange: Exchange) => void) | undefined;
  #connected = false;
  #closed = false;
  #answers = 0;
  #idleUntilMs = Infinity;

  constructor(address: Address, now: () => number) {
    this.#now = now;
    this.#socket = net.connect({ ...address, noDelay: true });
    this.#socket.on('connect', () => {
      this.#connected = true;
    });
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('end', () => this.#end());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => this.#break(error.code ?? error.message));
    this.#socket.on('close', () => this.#break('closed'));
  }

  /** Whether it has carried an answer before: only then can a request have crossed the server's closing of it. */
  get used(): boolean {
    return this.#answers > 0;
  }

  /** Whether a request may be sent now. */
  get idle(): boolean {
    return !this.#closed && this.#settle === undefined && this.#now() < this.#idleUntilMs;
  }

  /** Sends one request; never rejects. After `timeoutMs` the connection is given up. */
  async exchange(request: string, timeoutMs: number): Promise<Exchange> {
    const timer = setTimeout(() => this.#break('timeout'), timeoutMs);
    const exchange = await new Promise<Exchange>((resolve) => {
      this.#settle = resolve;
      this.#parser = new ResponseParser();
      this.#socket.write(request, 'latin1');
    });
    clearTimeout(timer);
    return exchange;
  }

  /** Ends it in the ordinary way (FIN), so that the state of used ports is kept on this side. */
  close(): void {
    this.#closed = true;
    this.#socket.end();
  }

  #read(data: Buffer): void {
    // Bytes that nobody asked for: such a connection cannot be trusted any more.
    if (this.#settle === undefined) return this.#break('unexpected bytes');
    try {
      const response = this.#parser.push(data);
      if (response !== undefined) this.#answer(response);
    } catch (error) {
      this.#break(error instanceof Error ? error.message : String(error));
    }
    return undefined;
  }

  #end(): void {
    const response = this.#settle === undefined ? undefined : this.#parser.end();
    if (response === undefined) this.#break('closed');
    else this.#answer(response);
  }

  #answer(response: Response): void {
    this.#answers++;
    this.#idleUntilMs = idleUntil(response, this.#now());
    if (!response.reusable) this.close();
    this.#settleWith({ kind: 'answer', response });
  }

  #break(reason: string): void {
    this.#closed = true;
    this.#socket.destroy();
    this.#settleWith({ kind: 'broken', reason, bytes: this.#parser.bytes, connected: this.#connected });
  }

  #settleWith(exchange: Exchange): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(exchange);
  }
}

/** A server that says `Keep-Alive: timeout=5` closes after 5 s; good clients (undici) stop a second earlier. */
const idleUntil = ({ headers }: Response, nowMs: number): number => {
  const seconds = /(?:^|[\s,])timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1];
  return seconds === undefined ? Infinity : nowMs + Math.max(0, Number(seconds) - 1) * 1000;
};
