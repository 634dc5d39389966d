import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { answer, readAll } from './wire.ts';

// opentelemetry-proto, trace/v1/trace.proto, in its JSON form: ids in hexadecimal, 64-bit numbers as strings.
const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.union([z.int(), z.string().regex(/^-?\d+$/)]) }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value }));
const dropped = z.literal(0).optional();
const nanoseconds = z.string().regex(/^[1-9]\d{18}$/);
const span = z
  .strictObject({
    traceId: z.string().regex(/^(?!0{32})[0-9a-f]{32}$/),
    spanId: z.string().regex(/^(?!0{16})[0-9a-f]{16}$/),
    parentSpanId: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional(),
    traceState: z.string().optional(),
    flags: z.int().nonnegative().optional(),
    name: z.string().min(1),
    kind: z.int().min(1).max(5),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes,
    droppedAttributesCount: dropped,
    events: z.array(z.never()),
    droppedEventsCount: dropped,
    links: z.array(z.never()),
    droppedLinksCount: dropped,
    status: z.strictObject({ code: z.int().min(0).max(2), message: z.string().optional() }),
  })
  .refine(({ startTimeUnixNano, endTimeUnixNano }) => BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano), {
    error: 'must not end before it begins',
  });
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes, droppedAttributesCount: dropped }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string().optional() }),
          spans: z.array(span),
        }),
      ),
    }),
  ),
});

/** A span as it came in. */
export type ReceivedSpan = z.infer<typeof span> & { resource: Record<string, unknown> };

/** A collector of OTLP over HTTP on a real socket; it refuses what does not follow the protocol to the letter. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** What was wrong with requests that were refused. */
  readonly refused: string[] = [];
  /** The status of the next answers instead of taking what comes. */
  status = 200;
  readonly #server = createServer((incoming, response) => void this.#take(incoming, response));

  /** Listens on a free port of this machine; the result is what OTEL_EXPORTER_OTLP_ENDPOINT is to be. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Expected a port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#server.close(resolve);
    });
    this.#server.closeAllConnections();
    await closed;
  }

  /** Spans of one trace, in the order in which they began. */
  trace(traceId: string): ReceivedSpan[] {
    return this.spans
      .filter((one) => one.traceId === traceId)
      .toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readAll(incoming);
    const problem = this.status === 200 ? this.#keep(incoming, text) : 'told to';
    if (problem !== undefined) this.refused.push(problem);
    answer(response, problem === undefined ? 200 : this.status === 200 ? 400 : this.status, {});
  }

  /** Keeps the spans of a request; the result is what is wrong with it. */
  #keep({ method, url, headers }: IncomingMessage, text: string): string | undefined {
    if (method !== 'POST' || url !== '/v1/traces') return `Expected POST /v1/traces, found ${method} ${url}`;
    const type = headers['content-type'];
    if (type !== 'application/json') return `Expected JSON, found ${type}`;
    const parsed = request.safeParse(JSON.parse(text));
    if (!parsed.success) return z.prettifyError(parsed.error);
    for (const { resource, scopeSpans } of parsed.data.resourceSpans) {
      const described = Object.fromEntries(
        resource.attributes.map(({ key, value: held }) => [key, Object.values(held)[0]]),
      );
      for (const one of scopeSpans.flatMap(({ spans }) => spans)) this.spans.push({ ...one, resource: described });
    }
    return undefined;
  }
}
