import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Connection } from '../connection.ts';
import { fail } from './faults.ts';
import type { Fault } from './faults.ts';
import type { FakeObject } from './history.ts';
import { Storage } from './storage.ts';
import { Watches, isIn } from './watches.ts';
import { answer, parsePath, readAll, refuse, write } from './wire.ts';

export type { Fault } from './faults.ts';
export type { FakeObject } from './history.ts';

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

const LIST_QUERY = new Set(['limit', 'continue', 'labelSelector', 'fieldSelector']);
const WATCH_QUERY = new Set([
  'watch',
  'resourceVersion',
  'allowWatchBookmarks',
  'timeoutSeconds',
  'labelSelector',
  'fieldSelector',
]);

/**
 * A small API server on a real socket, which can be told to fail in the ways real ones do. It knows no kinds: any
 * path is a collection or an object. It refuses what the real one would refuse: unknown parameters, writes with an old
 * resource version, history that is compacted.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  /** Taken one by one, by requests that `faultFor` accepts. */
  readonly faults: Fault[] = [];
  faultFor: (request: SeenRequest) => boolean = () => true;
  /** How a watch of compacted history is refused. */
  goneAs: 'status' | 'event' = 'event';
  readonly #watches = new Watches();
  readonly #storage = new Storage((collection, event) => this.#watches.tell(collection, event));
  readonly #server: Server;
  #address = '';
  #connections = 0;
  #answered = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : undefined),
      );
    });
    this.#server.on('connection', () => (this.#connections += 1));
  }

  /** Listens on a free port of this machine; the result is the address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Expected a port');
    this.#address = `http://127.0.0.1:${address.port}`;
    return this.#address;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.#server.closeAllConnections();
    await closed;
  }

  /** How to reach it, as a user with the token `secret`. */
  get connection(): Connection {
    const cluster = { name: 'fake', server: this.#address, skipTLSVerify: true };
    return { getCurrentCluster: () => cluster, applyToHTTPSOptions };
  }

  /** How many connections were made to it. */
  get connections(): number {
    return this.#connections;
  }

  /** How many answers have gone out whole. */
  get answered(): number {
    return this.#answered;
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Watches get nothing while this is set, and what happens meanwhile is lost to them. */
  get silent(): boolean {
    return this.#watches.silent;
  }

  set silent(silent: boolean) {
    this.#watches.silent = silent;
  }

  /** Every watch event is sent twice while this is set. */
  get duplicate(): boolean {
    return this.#watches.duplicate;
  }

  set duplicate(duplicate: boolean) {
    this.#watches.duplicate = duplicate;
  }

  /** The newest resource version. */
  get version(): number {
    return this.#storage.version;
  }

  /** The objects of a collection (a path as of resourcePath without a namespace), by `namespace/name`. */
  objects(collection: string): Map<string, FakeObject> {
    return this.#storage.objects(collection);
  }

  /** Makes or replaces an object, as another client would. */
  set(collection: string, namespace: string, name: string, fields: object = {}): FakeObject {
    return this.#storage.set(collection, namespace, name, fields);
  }

  /** Deletes an object, if it is there. */
  remove(collection: string, key: string): void {
    this.#storage.remove(collection, key);
  }

  /** Raises the version, as writes to other collections do. */
  pass(versions = 1): void {
    this.#storage.pass(versions);
  }

  /** Forgets all history of a collection up to now. */
  compact(collection: string): void {
    this.#storage.compact(collection);
  }

  /** Sends a bookmark to every watch that asked for them. */
  bookmark(): void {
    this.#watches.bookmark(this.version);
  }

  /** Cuts every watch in the middle of a line. */
  cut(): void {
    this.#watches.cut();
  }

  /** Ends every watch as a server does at its timeout. */
  end(): void {
    this.#watches.end();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const text = await readAll(incoming);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const query = Object.fromEntries(url.searchParams);
    const request = { method: incoming.method ?? '', path: url.pathname, query, headers: incoming.headers, body };
    this.requests.push(request);
    response.once('finish', () => (this.#answered += 1));
    const fault = this.faults.length > 0 && this.faultFor(request) ? this.faults.shift() : undefined;
    if (fault !== undefined) {
      fail(response, fault);
      return;
    }
    const { collection, namespace, name } = parsePath(request.path);
    if (request.method !== 'GET') this.#write(request, response);
    else if (name !== undefined) this.#read(collection, `${namespace ?? ''}/${name}`, response);
    else if (query['watch'] === 'true') this.#watch(collection, namespace, query, response);
    else this.#list(collection, namespace, query, response);
  }

  #read(collection: string, key: string, response: ServerResponse): void {
    const object = this.objects(collection).get(key);
    if (object === undefined) refuse(response, 404, 'NotFound');
    else answer(response, 200, object);
  }

  #list(
    collection: string,
    namespace: string | undefined,
    query: Record<string, string>,
    response: ServerResponse,
  ): void {
    if (!known(query, LIST_QUERY, response)) return;
    const history = this.#storage.history(collection);
    const [version = this.version, offset = 0] = (query['continue'] ?? '').split(':').filter(Boolean).map(Number);
    if (version < history.compacted && query['continue'] !== undefined) {
      refuse(response, 410, 'Expired');
      return;
    }
    const all = [...history.at(version).values()].filter((object) => isIn(object, namespace));
    const limit = Number(query['limit'] ?? all.length);
    const items = all.slice(offset, offset + limit);
    const more = offset + limit < all.length ? { continue: `${version}:${offset + limit}` } : {};
    answer(response, 200, { kind: 'List', metadata: { resourceVersion: String(version), ...more }, items });
  }

  #watch(
    collection: string,
    namespace: string | undefined,
    query: Record<string, string>,
    response: ServerResponse,
  ): void {
    if (!known(query, WATCH_QUERY, response)) return;
    const version = Number(query['resourceVersion']);
    const timeout = Number(query['timeoutSeconds']);
    if (!(version > 0) || !(timeout >= 300 && timeout <= 600)) {
      refuse(response, 400, 'BadRequest');
      return;
    }
    const history = this.#storage.history(collection);
    if (version < history.compacted && this.goneAs === 'status') {
      refuse(response, 410, 'Expired');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (version < history.compacted) {
      write(response, { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } });
      response.end();
      return;
    }
    const bookmarks = query['allowWatchBookmarks'] === 'true';
    this.#watches.open({ collection, namespace, response, bookmarks }, history.since(version));
  }

  #write(request: SeenRequest, response: ServerResponse): void {
    const { collection, namespace = '', name } = parsePath(request.path);
    const body = isObject(request.body) ? request.body : {};
    const metadata = isObject(body['metadata']) ? body['metadata'] : {};
    const key = `${namespace}/${name ?? String(metadata['name'])}`;
    const before = this.objects(collection).get(key);
    if (request.method === 'POST' ? before !== undefined : before === undefined) {
      refuse(response, before === undefined ? 404 : 409, before === undefined ? 'NotFound' : 'AlreadyExists');
      return;
    }
    const preconditions = isObject(body['preconditions']) ? body['preconditions'] : metadata;
    for (const field of ['resourceVersion', 'uid'] as const) {
      if (
        before !== undefined &&
        preconditions[field] !== undefined &&
        preconditions[field] !== before.metadata[field]
      ) {
        refuse(response, 409, 'Conflict');
        return;
      }
    }
    if (request.method === 'DELETE') {
      this.remove(collection, key);
      answer(response, 200, { kind: 'Status', status: 'Success' });
      return;
    }
    const merged = request.method === 'PATCH' ? { ...before, ...body } : body;
    const { apiVersion, kind, ...fields } = merged;
    const object = this.set(collection, namespace, key.slice(key.indexOf('/') + 1), { apiVersion, kind, ...fields });
    answer(response, request.method === 'POST' ? 201 : 200, object);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const known = (query: Record<string, string>, names: ReadonlySet<string>, response: ServerResponse): boolean => {
  const unknown = Object.keys(query).filter((name) => !names.has(name));
  if (unknown.length > 0) refuse(response, 400, 'BadRequest');
  return unknown.length === 0;
};

const applyToHTTPSOptions = async (request: RequestOptions): Promise<void> => {
  request.headers = Object.assign({}, request.headers, { Authorization: 'Bearer secret' });
};
