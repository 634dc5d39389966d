import { Registry, collectDefaultMetrics } from 'prom-client';
import { exchange } from '../checks/exchange.ts';
import type { Exchange } from '../checks/exchange.ts';
import { ApiClient } from '../runtime/client.ts';
import type { Connection } from '../runtime/connection.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Clock } from '../runtime/clock.ts';
import { Controller } from '../runtime/controller.ts';
import { LeaderElector, LeadershipLostError } from '../runtime/election.ts';
import { EventRecorder } from '../runtime/events.ts';
import type { Logger } from '../runtime/log.ts';
import { RuntimeMetrics } from '../runtime/metrics.ts';
import { Pulses } from '../runtime/pulses.ts';
import { ReconcileScope } from '../runtime/reconcile-scope.ts';
import { startManagementServer } from '../runtime/server.ts';
import type { ManagementServer, ManagementServerOptions } from '../runtime/server.ts';
import type { SpanExport } from '../runtime/tracing.ts';
import { BlueGreenReconciler } from './bluegreen.ts';
import { Measurements } from './checks/measurements.ts';
import { checkTools } from './checks/tools.ts';
import { configMapSource, secretSource } from './config-sources.ts';
import type { ConfigSources } from './config-sources.ts';
import { addBuildInfo } from './observation/build-info.ts';
import type { BuildInfo } from './observation/build-info.ts';
import { addFleetMetrics } from './observation/fleet-metrics.ts';
import { ReleaseObserver } from './observation/observer.ts';
import { ReleaseMetrics } from './observation/release-metrics.ts';
import { RolloutMetrics } from './observation/rollout-metrics.ts';
import { createReflectors } from './reflectors.ts';
import { RolloutReconciler } from './rollout/reconciler.ts';
import { connectGrantTriggers, connectRolloutTriggers, connectWorkloadTriggers } from './rollout/triggers.ts';
import { WorkloadReconciler, workloadKey } from './rollout/workload-reconciler.ts';
import { SecretKey } from './secret-key.ts';
import { createStores } from './stores.ts';
import { connectTriggers } from './triggers.ts';
import { rankOf } from './urgency.ts';

/** The Lease for which the replicas of an operator stand. */
export interface LeaderElection {
  namespace: string;
  /** Default: `relevo-operator`. */
  name?: string;
  leaseDurationMs?: number;
  renewDeadlineMs?: number;
  retryPeriodMs?: number;
}

export interface OperatorOptions {
  /** A KubeConfig, or what loadConnection gives. */
  connection: Connection;
  /** Only these namespaces. Default: all. */
  namespaces?: readonly string[];
  /** Read Secrets too; the key of their hashes is kept in this namespace. Default: do not. */
  secrets?: { keyNamespace: string } | undefined;
  /** False: this is the only one. */
  leaderElection: LeaderElection | false;
  /** Names this process in the Lease and in events; no two runs may share it. */
  identity: string;
  /** Where /metrics, /healthz and /readyz are served; 0 takes any free port, false serves nothing. */
  managementPort: number | false;
  log: Logger;
  /** Gives each reconcile the id that its log lines and requests carry; to be that of the log's fields. */
  scope?: ReconcileScope;
  /** Where traces of releases go; the caller closes it. Default: nowhere. */
  spans?: SpanExport | undefined;
  /** What is told of as relevo_build_info. Default: nothing. */
  build?: BuildInfo;
  /** Default: one of its own, with the process's metrics. */
  registry?: Registry;
  clock?: Clock;
  /** How checks reach pods and Prometheus. Default: over the network. */
  exchange?: Exchange;
  /** BlueGreens worked on at the same time. Default: 8. */
  workers?: number;
}

/** A running operator. */
export interface Operator {
  readonly registry: Registry;
  /** The port of the management server; undefined without one. */
  readonly managementPort: number | undefined;
  /** Resolves when the caches are filled. */
  readonly synced: Promise<void>;
  /** Resolves when it has stopped; rejects when it could not go on (the lease was lost): the process should end. */
  readonly ended: Promise<void>;
  /** Ends what it does now, releases the lease, and resolves when nothing is left of it. */
  stop(): Promise<void>;
}

/** How long reconciles that are under way may take to end when the operator is told to stop. */
const STOP_GRACE_MS = 5_000;

/**
 * A watch that has neither heard nor tried anything for so long, or a reconcile that has not ended, never will: all
 * requests have limits far below. An API server that is away does not count: the tries go on.
 */
const STUCK_MS = 15 * 60_000;

/** Starts an operator in this process. Rejects when the management port cannot be had. */
export const startOperator = async (options: OperatorOptions): Promise<Operator> => {
  const { connection, namespaces = [], identity, log, clock = systemClock, registry = processRegistry() } = options;
  const { scope = new ReconcileScope(), spans, build } = options;
  const pulses = new Pulses(clock);
  if (build !== undefined) addBuildInfo(registry, build);
  const runtimeMetrics = new RuntimeMetrics(registry);
  const client = new ApiClient(connection, {
    userAgent: 'relevo-operator',
    onRequest: (report) => {
      runtimeMetrics.countRequest(report);
      log.debug(report, 'Asked the API server');
    },
    auditId: scope.nextAuditId,
    clock,
  });
  const stores = createStores();
  const events = new EventRecorder({ client, controller: 'relevo.dev/operator', instance: identity, log, clock });
  const secretKey = options.secrets && new SecretKey(client, options.secrets.keyNamespace);
  const configs: ConfigSources = {
    ConfigMap: configMapSource(stores.configMaps),
    Secret: secretKey && secretSource(stores.secrets, secretKey),
  };
  const reflectors = createReflectors(stores, { client, namespaces, configs, secretKey, log, clock, pulses });
  const tools = checkTools(client, options.exchange ?? exchange, clock);
  const measurements = new Measurements({ tools, log, clock });
  const reconciler = new BlueGreenReconciler({
    client,
    stores,
    configs,
    measurements,
    events,
    observer: new ReleaseObserver({ events, metrics: new ReleaseMetrics(registry), spans, log, clock }),
    log,
    clock,
  });
  const rolloutReconciler = new RolloutReconciler({
    client,
    stores,
    configs,
    events,
    metrics: new RolloutMetrics(registry),
    log,
    clock,
  });
  const workloadReconciler = new WorkloadReconciler({ client, stores, configs, events, log, clock });
  let isLeading = false;
  addFleetMetrics({ registry, blueGreens: stores.blueGreens, isLeading: () => isLeading });
  const stopping = new AbortController();
  const feeding = new AbortController();
  let isSynced = false;
  const fill = async (): Promise<void> => {
    await Promise.all(reflectors.map((reflector) => reflector.synced));
    isSynced = true;
  };
  const synced = fill();
  const server = await startServer(options.managementPort, {
    registry,
    ready: { caches: () => (isSynced ? undefined : 'not filled yet') },
    live: { progress: () => pulses.whyStuck(STUCK_MS) },
  });

  const lead = async (leading: AbortSignal): Promise<void> => {
    isLeading = true;
    const working = graceful(leading, clock);
    const controller = new Controller({
      name: 'bluegreen',
      workers: options.workers ?? 8,
      reconcile: (key) => reconciler.reconcile(key, working.signal, leading),
      rankOf: (key) => rankOf(stores.blueGreens.get(key)),
      log,
      metrics: runtimeMetrics,
      clock,
      scope,
      pulses,
    });
    const rolloutController = new Controller({
      name: 'configrollout',
      reconcile: (key) => rolloutReconciler.reconcile(key, working.signal, leading),
      log,
      metrics: runtimeMetrics,
      clock,
      scope,
      pulses,
    });
    const workloadController = new Controller({
      name: 'workload',
      // One at a time: of those that are restored, each waits for those before it.
      workers: 1,
      reconcile: (key) => workloadReconciler.reconcile(key, working.signal),
      log,
      metrics: runtimeMetrics,
      clock,
      scope,
      pulses,
    });
    // From here on every change is heard; what was there before is enqueued once.
    const connections = [
      connectTriggers(stores, (key) => controller.enqueue(key)),
      connectGrantTriggers(stores, (key) => controller.enqueue(key)),
      connectRolloutTriggers(stores, (key) => rolloutController.enqueue(key)),
      connectWorkloadTriggers(stores, (key) => workloadController.enqueue(key)),
    ];
    const unsubscribe = measurements.subscribe((key) => controller.enqueue(key));
    // At once: a deposed leader must not make a Job.
    leading.addEventListener('abort', () => void measurements.stop(), { once: true });
    for (const { namespace, name } of stores.blueGreens.list()) controller.enqueue(`${namespace}/${name}`);
    for (const { namespace, name } of stores.configRollouts.list()) rolloutController.enqueue(`${namespace}/${name}`);
    for (const workload of [...stores.deployments.list(), ...stores.statefulSets.list()]) {
      workloadController.enqueue(workloadKey(workload.kind, workload));
    }
    await Promise.all([controller, rolloutController, workloadController].map((one) => one.run(leading)));
    for (const disconnect of connections) disconnect();
    unsubscribe();
    await measurements.stop();
    working.done();
    isLeading = false;
  };
  const run = async (): Promise<void> => {
    const { signal } = stopping;
    const feeds = [...reflectors.map((reflector) => reflector.run(feeding.signal)), events.run(feeding.signal)];
    try {
      await Promise.race([synced, aborted(signal)]);
      if (signal.aborted) return;
      log.info({ bluegreens: stores.blueGreens.size, namespaces }, 'Caches are filled');
      if (options.leaderElection === false) await lead(signal);
      else
        await new LeaderElector({
          name: 'relevo-operator',
          ...options.leaderElection,
          client,
          identity,
          log,
          metrics: runtimeMetrics,
          clock,
        }).run(signal, lead);
    } finally {
      feeding.abort();
      await Promise.all(feeds);
      await server?.close();
      client.close();
    }
  };
  const ended = run();
  return {
    registry,
    managementPort: server?.port,
    synced,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

const processRegistry = (): Registry => {
  const registry = new Registry();
  // The default of 10 ms wakes a process at rest 100 times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  return registry;
};

const startServer = async (
  port: number | false,
  options: Omit<ManagementServerOptions, 'port'>,
): Promise<ManagementServer | undefined> => (port === false ? undefined : startManagementServer({ port, ...options }));

/**
 * A signal for the reconciles under way: when the lease is lost it aborts with `leading`, because somebody else may
 * work on the same objects; when the operator is told to stop they may end first.
 */
const graceful = (leading: AbortSignal, clock: Clock): { signal: AbortSignal; done: () => void } => {
  const working = new AbortController();
  const end = (): void => working.abort(leading.reason);
  let cancel: (() => void) | undefined;
  const onAbort = (): void => {
    if (leading.reason instanceof LeadershipLostError) end();
    else cancel = clock.after(STOP_GRACE_MS, end);
  };
  if (leading.aborted) onAbort();
  else leading.addEventListener('abort', onAbort, { once: true });
  return { signal: working.signal, done: () => cancel?.() };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
