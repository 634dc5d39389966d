/** What the load generator wants to know of an answer. */
export interface Response {
  status: number;
  /** Names in lower case; fields that came more than once are joined by commas. */
  headers: ReadonlyMap<string, string>;
  /** Whether another request may be sent on this connection (RFC 9112, 9.3). */
  reusable: boolean;
}

/** The peer sent something that is not an HTTP/1.x answer. */
export class ResponseSyntaxError extends Error {
  readonly code = 'RESPONSE_SYNTAX';

  constructor(expected: string, found: string) {
    super(`Expected ${expected}, found ${JSON.stringify(found.slice(0, 80))}`);
    this.name = 'ResponseSyntaxError';
  }
}

const MAX_LINE_BYTES = 64 * 1024;
const LF = 10;

interface Head {
  version: string;
  status: number;
  headers: Map<string, string>;
}

const isInformational = (status: number): boolean => status >= 100 && status < 200;
const hasNoBody = (status: number): boolean => status === 204 || status === 304;
const listOf = (value: string | undefined): string[] =>
  (value ?? '').split(',').map((element) => element.trim().toLowerCase());

const parseStatusLine = (line: string): Head => {
  const match = /^HTTP\/(1\.[01]) (\d{3})(?: .*)?$/.exec(line);
  if (match?.[1] === undefined) throw new ResponseSyntaxError('a status line of HTTP/1.x', line);
  return { version: match[1], status: Number(match[2]), headers: new Map() };
};

const addHeader = (headers: Map<string, string>, line: string): void => {
  const colon = line.indexOf(':');
  if (colon <= 0) throw new ResponseSyntaxError('a header field', line);
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trim();
  const earlier = headers.get(name);
  headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
};

/** Where the parser stands. `Body` counts down known bytes, of a chunk or of everything; `Rest` lasts until the end. */
type State = 'StatusLine' | 'Header' | 'Body' | 'Rest' | 'ChunkSize' | 'ChunkEnd' | 'Trailer' | 'Done';

/**
 * Reads one answer to a GET from the pieces that a socket gives (RFC 9112). Bodies are counted and thrown away.
 * Own code because Node's client costs several times more CPU for each request, on the cores that the measured
 * services run on, and hides whether a byte of the answer had come when a connection broke.
 */
export class ResponseParser {
  #state: State = 'StatusLine';
  #line = '';
  #head: Head | undefined;
  #chunked = false;
  #remaining = 0;
  #excess = false;
  #bytes = 0;

  /** Bytes received so far, interim answers included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The answer once it is complete. @throws ResponseSyntaxError */
  push(data: Buffer): Response | undefined {
    this.#bytes += data.length;
    let at = 0;
    while (at < data.length && this.#state !== 'Done') {
      if (this.#state === 'Rest') return undefined;
      at = this.#state === 'Body' ? this.#skip(data, at) : this.#readLine(data, at);
    }
    if (at < data.length) this.#excess = true;
    return this.#response();
  }

  /** The peer closed the connection. The answer, if its body lasts until then; `undefined` if the answer is cut short. */
  end(): Response | undefined {
    if (this.#state !== 'Rest') return undefined;
    this.#state = 'Done';
    this.#excess = true;
    return this.#response();
  }

  #skip(data: Buffer, at: number): number {
    const taken = Math.min(this.#remaining, data.length - at);
    this.#remaining -= taken;
    if (this.#remaining === 0) this.#state = this.#chunked ? 'ChunkEnd' : 'Done';
    return at + taken;
  }

  #readLine(data: Buffer, at: number): number {
    const lf = data.indexOf(LF, at);
    this.#line += data.toString('latin1', at, lf === -1 ? data.length : lf);
    if (this.#line.length > MAX_LINE_BYTES) throw new ResponseSyntaxError('a line of at most 64 KiB', this.#line);
    if (lf === -1) return data.length;
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    this.#takeLine(line);
    return lf + 1;
  }

  #takeLine(line: string): void {
    if (this.#state === 'StatusLine') {
      this.#head = parseStatusLine(line);
      this.#state = 'Header';
    } else if (this.#state === 'Header' && this.#head !== undefined) {
      if (line === '') this.#startBody(this.#head);
      else addHeader(this.#head.headers, line);
    } else if (this.#state === 'ChunkSize') {
      this.#startChunk(line);
    } else if (this.#state === 'ChunkEnd') {
      if (line !== '') throw new ResponseSyntaxError('the end of a chunk', line);
      this.#state = 'ChunkSize';
    } else if (line === '') {
      this.#state = 'Done';
    }
  }

  #startBody({ status, headers }: Head): void {
    if (isInformational(status)) {
      this.#state = 'StatusLine';
    } else if (hasNoBody(status)) {
      this.#state = 'Done';
    } else if (listOf(headers.get('transfer-encoding')).at(-1) === 'chunked') {
      this.#chunked = true;
      this.#state = 'ChunkSize';
    } else if (headers.has('transfer-encoding') || !headers.has('content-length')) {
      this.#state = 'Rest';
    } else {
      const length = headers.get('content-length') ?? '';
      if (!/^\d{1,15}$/.test(length)) throw new ResponseSyntaxError('a Content-Length', length);
      this.#remaining = Number(length);
      this.#state = this.#remaining === 0 ? 'Done' : 'Body';
    }
  }

  #startChunk(line: string): void {
    const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new ResponseSyntaxError('the size of a chunk', line);
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? 'Trailer' : 'Body';
  }

  #response(): Response | undefined {
    if (this.#state !== 'Done' || this.#head === undefined) return undefined;
    const { version, status, headers } = this.#head;
    const connection = listOf(headers.get('connection'));
    const persistent = version === '1.1' ? !connection.includes('close') : connection.includes('keep-alive');
    // Bytes after the answer belong to no request: standard clients give such a connection up.
    return { status, headers, reusable: persistent && !this.#excess };
  }
}
