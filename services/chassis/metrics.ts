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

/** A service's metrics, in a registry of their own. Services add theirs to `registry`. */
export class Metrics {
  readonly registry = new Registry();
  readonly #duration: Histogram;
  readonly #active: Gauge;

  constructor() {
    const registers = [this.registry];
    this.#duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP server requests.',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code', 'url_scheme', 'error_type'],
      buckets: SECONDS_BUCKETS,
      registers,
    });
    this.#active = new Gauge({
      name: 'http_server_active_requests',
      help: 'Number of HTTP server requests in flight.',
      labelNames: ['http_request_method', 'url_scheme'],
      registers,
    });
  }

  /** Adds the metrics of the process: CPU, memory, event-loop lag, garbage collection. They keep timers: once a process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts a request in; call what it gives back when the request has ended. */
  begin(method: string): (end: Omit<ObservedRequest, 'method'>) => void {
    const common = { http_request_method: METHODS.has(method) ? method : '_OTHER', url_scheme: 'http' };
    this.#active.inc(common);
    return ({ route, status, seconds }) => {
      this.#active.dec(common);
      const error = errorType(status);
      this.#duration.observe(
        {
          ...common,
          ...(route !== undefined && { http_route: route }),
          ...(status !== undefined && { http_response_status_code: status }),
          ...(error !== undefined && { error_type: error }),
        },
        seconds,
      );
    };
  }
}

const errorType = (status: number | undefined): string | undefined => {
  if (status === undefined) return 'aborted';
  return status >= 500 ? String(status) : undefined;
};
