import type { Registry } from 'prom-client';
import { Meter } from './meter.ts';
import type { RequestReport } from './transport.ts';

/** How a reconcile ended; the label `result` of `controller_runtime_reconcile_total`. */
export type ReconcileOutcome = 'success' | 'error' | 'requeue' | 'requeue_after';

// client-go's exponential buckets, 10 ns to 10 s there; below 100 µs nothing in JavaScript is worth a bucket.
const QUEUE_BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000];
// controller-runtime, pkg/internal/controller/metrics/metrics.go
const RECONCILE_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/**
 * The metrics of client-go and controller-runtime under their own names, so that stock dashboards and alerts work.
 * One per registry.
 */
export class RuntimeMetrics {
  readonly reconcileTotal;
  readonly reconcileErrors;
  readonly reconcileSeconds;
  readonly maxConcurrentReconciles;
  readonly activeWorkers;
  readonly queueDepth;
  readonly queueAdds;
  readonly queueRetries;
  readonly queueSeconds;
  readonly workSeconds;
  readonly unfinishedWorkSeconds;
  readonly longestRunningSeconds;
  readonly requests;
  readonly leader;
  readonly #collectors = new Set<() => void>();

  constructor(registry: Registry) {
    const meter = new Meter(registry);
    this.reconcileTotal = meter.counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciles per controller and result.',
      labels: ['controller', 'result'],
    });
    this.reconcileErrors = meter.counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Failed reconciles per controller.',
      labels: ['controller'],
    });
    this.reconcileSeconds = meter.histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'How long a reconcile takes.',
      labels: ['controller'],
      buckets: RECONCILE_BUCKETS,
    });
    this.maxConcurrentReconciles = meter.gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'Number of workers of a controller.',
      labels: ['controller'],
    });
    this.activeWorkers = meter.gauge({
      name: 'controller_runtime_active_workers',
      help: 'Number of workers that are reconciling now.',
      labels: ['controller'],
    });
    this.queueDepth = meter.gauge({
      name: 'workqueue_depth',
      help: 'Keys that wait for a worker.',
      labels: ['name'],
    });
    this.queueAdds = meter.counter({
      name: 'workqueue_adds_total',
      help: 'Keys added.',
      labels: ['name'],
    });
    this.queueRetries = meter.counter({
      name: 'workqueue_retries_total',
      help: 'Keys added again after a failure.',
      labels: ['name'],
    });
    this.queueSeconds = meter.histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long a key waits for a worker.',
      labels: ['name'],
      buckets: QUEUE_BUCKETS,
    });
    this.workSeconds = meter.histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long a key is worked on.',
      labels: ['name'],
      buckets: QUEUE_BUCKETS,
    });
    this.unfinishedWorkSeconds = meter.gauge(
      {
        name: 'workqueue_unfinished_work_seconds',
        help: 'Sum of the time that the keys now worked on have taken so far.',
        labels: ['name'],
      },
      () => {
        // Registered before workqueue_longest_running_processor_seconds, so read before it.
        for (const collect of this.#collectors) collect();
      },
    );
    this.longestRunningSeconds = meter.gauge({
      name: 'workqueue_longest_running_processor_seconds',
      help: 'How long the longest running worker has been at its key.',
      labels: ['name'],
    });
    this.requests = meter.counter({
      name: 'rest_client_requests_total',
      help: 'Requests to the API server; code `<error>` when no answer came.',
      labels: ['code', 'method', 'host'],
    });
    this.leader = meter.gauge({
      name: 'leader_election_master_status',
      help: '1 while this process holds the lease, otherwise 0.',
      labels: ['name'],
    });
  }

  /** Calls the function before the metrics of keys in work are read. */
  onCollect(collect: () => void): void {
    this.#collectors.add(collect);
  }

  /** Counts a request of an ApiClient; to be its `onRequest`. */
  readonly countRequest = ({ method, host, code }: RequestReport): void => {
    this.requests.inc({ method, host, code: code === 'error' ? '<error>' : String(code) });
  };
}
