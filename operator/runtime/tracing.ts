import type { Logger } from './log.ts';

/** A span that is over. Ids are hexadecimal, 32 digits for a trace and 16 for a span. */
export interface FinishedSpan {
  traceId: string;
  spanId: string;
  /** Absent: the root of its trace. */
  parentSpanId?: string;
  name: string;
  /** Milliseconds since the epoch. */
  startMs: number;
  endMs: number;
  attributes: Record<string, string | number | boolean>;
  /** Present if what it tells of has failed: why. */
  error?: string;
}

/** Where spans go. */
export interface SpanExport {
  /** Returns at once; spans that cannot be sent are dropped and said in the log. */
  export(span: FinishedSpan): void;
  /** Sends what is left, and ends. */
  close(): Promise<void>;
}

/** The program that spans are from. */
export interface TracedProgram {
  name: string;
  version: string;
  /** For example the pod's name. */
  instance: string;
}

/**
 * Opens the export of spans that OpenTelemetry's variables ask for: OTLP over HTTP, to OTEL_EXPORTER_OTLP_ENDPOINT or
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT; headers, timeouts and batches by the other OTEL_* variables. Undefined when neither
 * is set, or tracing is switched off; nothing of OpenTelemetry is then loaded.
 *
 * @param environment usually `process.env`
 */
export const openSpanExport = async (
  environment: NodeJS.ProcessEnv,
  program: TracedProgram,
  log: Logger,
): Promise<SpanExport | undefined> => {
  const url = endpointOf(environment);
  if (url === undefined) return undefined;
  const { OtlpSpanExport } = await import('./otlp.ts');
  return new OtlpSpanExport({ url, program, log });
};

const endpointOf = (environment: NodeJS.ProcessEnv): string | undefined => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = environment;
  const isOff = environment['OTEL_SDK_DISABLED'] === 'true' || environment['OTEL_TRACES_EXPORTER'] === 'none';
  if (isOff) return undefined;
  if (own !== undefined && own !== '') return own;
  if (base === undefined || base === '') return undefined;
  return `${base.replace(/\/$/, '')}/v1/traces`;
};
