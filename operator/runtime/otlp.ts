import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { HrTime, SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './log.ts';
import type { FinishedSpan, SpanExport, TracedProgram } from './tracing.ts';

export interface OtlpOptions {
  /** Where spans are posted. */
  url: string;
  program: TracedProgram;
  log: Logger;
}

/** A span waits no longer than this for others to be sent with, so that a crash loses little. */
const BATCH_DELAY_MS = 1000;

/**
 * Sends spans by OTLP over HTTP, as JSON. Only what sends is taken from OpenTelemetry: the spans are over when they come
 * here, and their ids are not drawn by lot, so its tracer has nothing to do. To be loaded only when it is needed.
 */
export class OtlpSpanExport implements SpanExport {
  readonly #processor: BatchSpanProcessor;
  readonly #resource: Resource;
  readonly #scope: { name: string; version: string };

  constructor({ url, program, log }: OtlpOptions) {
    const { name, version, instance } = program;
    this.#scope = { name, version };
    const own = { 'service.name': name, 'service.version': version, 'service.instance.id': instance };
    // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
    this.#resource = resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] }));
    const exporter = telling(new OTLPTraceExporter({ url }), url, log);
    this.#processor = new BatchSpanProcessor({ exporter, scheduledDelayMillis: BATCH_DELAY_MS });
  }

  export(span: FinishedSpan): void {
    this.#processor.onEnd(this.#readable(span));
  }

  close(): Promise<void> {
    // What could not be sent has been said.
    return this.#processor.shutdown().catch(() => {});
  }

  #readable(span: FinishedSpan): ReadableSpan {
    const { traceId, spanId, parentSpanId, name, startMs, endMs, attributes, error } = span;
    return {
      name,
      kind: SpanKind.INTERNAL,
      spanContext: () => context(traceId, spanId),
      ...(parentSpanId === undefined ? {} : { parentSpanContext: context(traceId, parentSpanId) }),
      startTime: hrTime(startMs),
      endTime: hrTime(endMs),
      duration: hrTime(endMs - startMs),
      ended: true,
      status: error === undefined ? { code: SpanStatusCode.OK } : { code: SpanStatusCode.ERROR, message: error },
      attributes,
      links: [],
      events: [],
      resource: this.#resource,
      instrumentationScope: this.#scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

const context = (traceId: string, spanId: string): SpanContext => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });

/** Seconds and nanoseconds. */
const hrTime = (ms: number): HrTime => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];

/** The exporter, with its failures in the log: OpenTelemetry keeps them to itself. */
const telling = (exporter: SpanExporter, url: string, log: Logger): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      if (result.error !== undefined) {
        log.warn({ url, spans: spans.length, reason: result.error.message }, 'Cannot export spans, they are dropped');
      }
      done(result);
    }),
  shutdown: () => exporter.shutdown(),
});
