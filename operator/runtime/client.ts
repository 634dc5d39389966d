import type { IncomingMessage } from 'node:http';
import { parsed, readLines, readText } from './body.ts';
import { sleep, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { ApiError } from './errors.ts';
import type { Status } from './errors.ts';
import { Transport } from './transport.ts';
import type { RequestReport, WireRequest } from './transport.ts';

export interface ApiClientOptions {
  userAgent: string;
  /** Told of every request when its answer's head has come, or when it failed. */
  onRequest?: (report: RequestReport) => void;
  /** The id under which the API server is to audit a request. Default: one of the server's own. */
  auditId?: () => string | undefined;
  /** Give up a request (not a watch) when no byte came for so long. Default: 30 s. */
  idleTimeoutMs?: number;
  clock?: Clock;
}

/** What any request may say. */
export interface RequestOptions {
  signal: AbortSignal;
  query?: Record<string, string>;
}

/** Preconditions and manner of a deletion. */
export interface DeleteOptions extends RequestOptions {
  resourceVersion?: string | undefined;
  uid?: string | undefined;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  /** Seconds that the object may take to end; 0 removes a pod from the server at once. Default: the object's own. */
  gracePeriodSeconds?: number;
}

/** A server-side apply. */
export interface ApplyOptions extends RequestOptions {
  fieldManager: string;
  /** Take fields over from other managers. */
  force?: boolean;
  /** Check everything, store nothing. */
  dryRun?: boolean;
}

/** A patch of one of the other patch types. */
export interface PatchOptions extends RequestOptions {
  type: 'merge' | 'strategic' | 'json';
  fieldManager?: string;
}

/** One line of a watch. A bookmark only says how far the server's history has come. */
export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: { metadata: { resourceVersion: string } } }
  | { type: 'ERROR'; object: Status };

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

// A 429 says that the server is busy and has done nothing (API priority and fairness).
const MAX_BUSY_RETRIES = 3;
const MAX_BUSY_WAIT_SECONDS = 10;

/**
 * Thin HTTP client of the Kubernetes API. Every method throws ApiError when the server refuses and ConnectionError
 * when no whole answer came; an abort throws the signal's reason. A busy server (429) is asked again up to three times.
 *
 * Own code because the client library's request layer brings a model of the whole API and an HTTP client of its own,
 * some 30 MB.
 */
export class ApiClient {
  readonly #transport: Transport;
  readonly #idleTimeoutMs: number;
  readonly #clock: Clock;

  constructor(connection: Connection, options: ApiClientOptions) {
    this.#transport = new Transport(connection, options);
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 30_000;
    this.#clock = options.clock ?? systemClock;
  }

  get<T>(path: string, options: RequestOptions): Promise<T> {
    return this.#json<T>({ method: 'GET', path, ...options });
  }

  /** What is not JSON, for example the log of a pod. */
  async getText(path: string, options: RequestOptions): Promise<string> {
    const request = { method: 'GET', path, accept: '*/*', idleTimeoutMs: this.#idleTimeoutMs, ...options };
    const label = `GET ${path}`;
    return readText(await this.#send(request, label), label, options.signal);
  }

  create<T>(path: string, body: unknown, options: RequestOptions): Promise<T> {
    return this.#json<T>({ method: 'POST', path, body: JSON.stringify(body), ...options });
  }

  update<T>(path: string, body: unknown, options: RequestOptions): Promise<T> {
    return this.#json<T>({ method: 'PUT', path, body: JSON.stringify(body), ...options });
  }

  async delete(path: string, options: DeleteOptions): Promise<void> {
    const { signal, query, resourceVersion, uid, ...manner } = options;
    const preconditions = { resourceVersion, uid };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions, ...manner });
    await this.#json({ method: 'DELETE', path, query, body, signal });
  }

  apply<T>(path: string, body: unknown, options: ApplyOptions): Promise<T> {
    const { signal, fieldManager, force = false, dryRun = false } = options;
    const query = { ...options.query, fieldManager, force: String(force), ...(dryRun ? { dryRun: 'All' } : {}) };
    const contentType = 'application/apply-patch+yaml';
    return this.#json<T>({ method: 'PATCH', path, query, body: JSON.stringify(body), contentType, signal });
  }

  patch<T>(path: string, body: unknown, options: PatchOptions): Promise<T> {
    const { signal, type, fieldManager } = options;
    const query = { ...options.query, ...(fieldManager === undefined ? {} : { fieldManager }) };
    const contentType = PATCH_TYPES[type];
    return this.#json<T>({ method: 'PATCH', path, query, body: JSON.stringify(body), contentType, signal });
  }

  /** The events of a watch until the server ends it. Leaving the loop, or an abort, ends it at once. */
  async *watch<T>(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>, void> {
    const label = `WATCH ${path}`;
    const response = await this.#send({ method: 'GET', path, query: { ...query, watch: 'true' }, signal }, label);
    for await (const line of readLines(response, label, signal)) {
      yield parsed<WatchEvent<T>>(label, () => JSON.parse(line));
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#transport.close();
  }

  async #json<T>(request: WireRequest): Promise<T> {
    const label = `${request.method} ${request.path}`;
    const response = await this.#send({ ...request, idleTimeoutMs: this.#idleTimeoutMs }, label);
    const text = await readText(response, label, request.signal);
    // The caller names the type of what it asked for: the API server validates what it stores and is trusted with it.
    return parsed<T>(label, () => JSON.parse(text));
  }

  async #send(request: WireRequest, label: string): Promise<IncomingMessage> {
    for (let retries = 0; ; retries += 1) {
      const response = await this.#transport.send(request);
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) return response;
      const answer = parseStatus(await readText(response, label, request.signal));
      const waitSeconds = Number(response.headers['retry-after'] ?? Number.NaN);
      if (status !== 429 || !(waitSeconds <= MAX_BUSY_WAIT_SECONDS) || retries === MAX_BUSY_RETRIES) {
        throw new ApiError(status, answer, label);
      }
      await sleep(this.#clock, waitSeconds * 1000, request.signal);
    }
  }
}

/** What a refusal says; proxies in between answer in plain text. */
const parseStatus = (text: string): Status => {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // Not JSON: the text is the explanation.
  }
  return { message: text.trim().slice(0, 500) };
};
