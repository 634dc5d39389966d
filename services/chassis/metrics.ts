import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One answered, or aborted, request. */
export interface ObservedRequest {
  method: string;
  /** The route's pattern; absent if none fits, so that unknown paths make no new series. */
  route?: string | undefined;
  /** Absent if the client went away first. */
  status?: number | undefined;
  seconds: number;
}

// OpenTelemetry semantic conventions for HTTP metrics 1.23, http.server.request.duration: the advised boundaries.
const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

// Methods outside this list become `_OTHER`, as the conventions ask: a client must not be able to make series.
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', 'QUERY']);

/** The default of 10 ms wakes a process at rest 100 times a second. */
const EVENT_LOOP_PRECISION_MS = 50;

/** A service's metrics, in a registry of their own. Services add theirs to `registry`. */
export class Metrics {
  readonly registry = new Registry();
  readonly #duration: Histogram;
  /** Requests in flight by method. Kept here, since a gauge hashes its labels at every change. */
  readonly #active = new Map<string, number>();

  constructor() {
    const registers = [this.registry];
    this.#duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP server requests.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code', 'url_scheme', 'error_type'],
      buckets: SECONDS_BUCKETS,
      registers,
    });
    const active = this.#active;
    const gauge = new Gauge({
      name: 'http_server_active_requests',
      help: 'Number of HTTP server requests in flight.',
      labelNames: ['http_request_method', 'url_scheme'],
      registers,
      collect() {
        for (const [method, count] of active) gauge.set({ http_request_method: method, url_scheme: 'http' }, count);
      },
    });
  }

  /** Adds the metrics of the process: CPU, memory, event-loop lag, garbage collection. They keep timers: once a process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  }

  /** Counts a request in; `end` must follow. */
  begin(method: string): void {
    this.#count(method, 1);
  }

  /** Counts a request out. */
  end({ method, route, status, seconds }: ObservedRequest): void {
    this.#count(method, -1);
    const labels: Record<string, string | number> = { http_request_method: known(method), url_scheme: 'http' };
    if (route !== undefined) labels['http_route'] = route;
    if (status !== undefined) labels['http_response_status_code'] = status;
    const error = errorType(status);
    if (error !== undefined) labels['error_type'] = error;
    this.#duration.observe(labels, seconds);
  }

  #count(method: string, change: 1 | -1): void {
    const name = known(method);
    this.#active.set(name, (this.#active.get(name) ?? 0) + change);
  }
}

const known = (method: string): string => (METHODS.has(method) ? method : '_OTHER');

const errorType = (status: number | undefined): string | undefined => {
  if (status === undefined) return 'aborted';
  return status >= 500 ? String(status) : undefined;
};
