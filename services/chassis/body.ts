import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type * as z from 'zod';
import { Problem } from './problem.ts';
import type { RequestState } from './state.ts';

/** The client went away before its request was whole. */
export class RequestAbortedError extends Error {
  readonly code = 'REQUEST_ABORTED';

  constructor(receivedBytes: number) {
    super(`Expected the whole request body, found the end of the connection after ${receivedBytes} bytes`);
    this.name = 'RequestAbortedError';
  }
}

/** Tells a {@link RequestAbortedError} from other errors. */
export const isRequestAborted = (error: unknown): error is RequestAbortedError => error instanceof RequestAbortedError;

/**
 * Reads the request's JSON body and checks it by a schema. Throws a {@link Problem}: 400 for no body or no JSON, 413
 * above the limit, 415 for another type, 422 for JSON that does not fit, with a pointer to each bad place.
 *
 * Own code because the parsers for Koa carry forms, text and their plug-ins along, and leave a body above the limit unread.
 */
export const readJson = async <S extends z.ZodType>(
  ctx: Context & { state: RequestState },
  schema: S,
  { limitBytes = ctx.state.bodyLimitBytes }: { limitBytes?: number } = {},
): Promise<z.output<S>> => {
  const type = ctx.request.is('json', '+json');
  if (type === null || ctx.get('Content-Length') === '0')
    throw new Problem(400, 'BODY_MISSING', 'Expected a JSON body, found none');
  if (type === false)
    throw unsupported(`Expected a body of application/json, found ${ctx.get('Content-Type') || 'no type'}`);
  const encoding = ctx.get('Content-Encoding');
  if (encoding !== '' && encoding !== 'identity') throw unsupported(`Expected no Content-Encoding, found ${encoding}`);

  const bytes = await readBytes(ctx.req, limitBytes);
  const result = schema.safeParse(parse(bytes));
  if (!result.success) throw unfit(result.error.issues);
  return result.data;
};

const readBytes = async (request: IncomingMessage, limitBytes: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (settle: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limitBytes) refuse();
      else chunks.push(chunk);
    };
    const onEnd = (): void => end(() => resolve(Buffer.concat(chunks, length)));
    const onClose = (): void => end(() => reject(new RequestAbortedError(length)));
    const refuse = (): void =>
      end(() => {
        discard(request);
        reject(new Problem(413, 'BODY_TOO_LARGE', `Expected a body of at most ${limitBytes} bytes, found more`));
      });

    if (Number(request.headers['content-length'] ?? 0) > limitBytes) refuse();
    else if (request.destroyed) onClose();
    else request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });

/** How much of a refused body is still read: a client that is cut off while it sends may never see its answer. */
const DISCARD_BYTES = 8 * 1024 * 1024;

const discard = (request: IncomingMessage): void => {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARD_BYTES) request.destroy();
  });
};

const parse = (bytes: Buffer): unknown => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(400, 'BODY_NOT_JSON', 'Expected JSON in UTF-8, found bytes that are not UTF-8', { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(400, 'BODY_NOT_JSON', `Expected JSON, found: ${reason}`, { cause });
  }
};

const unsupported = (detail: string): Problem =>
  new Problem(415, 'BODY_TYPE_UNSUPPORTED', detail, { headers: { Accept: 'application/json' } });

const unfit = (issues: z.core.$ZodIssue[]): Problem =>
  new Problem(422, 'BODY_INVALID', 'The body does not fit; errors says where', {
    extensions: { errors: issues.map(({ path, message }) => ({ pointer: pointer(path), detail: message })) },
  });

/** A JSON Pointer (RFC 6901) as a URI fragment, as in RFC 9457's example. */
const pointer = (path: PropertyKey[]): string =>
  `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
