import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import type { Clock } from './clock.ts';
import type { ConfigEntry } from './config/config.ts';
import { drain } from './drain.ts';
import { listen } from './listen.ts';
import type { Log } from './log.ts';
import { createManagementApp } from './management.ts';
import { Metrics } from './metrics.ts';
import { Phase } from './phase.ts';
import { PodInfo } from './pod-info.ts';
import { createPublicServer } from './public-server.ts';
import type { OpenService, ServiceContext } from './service.ts';
import type { ChassisConfig } from './settings.ts';

/** What {@link startService} starts. */
export interface Startable {
  name: string;
  version: string;
  config: ChassisConfig;
  entries: Record<string, ConfigEntry>;
  open: (context: Omit<ServiceContext<never>, 'config'>) => Promise<OpenService> | OpenService;
}

/** What the process gives a service. */
export interface StartOptions {
  log: Log;
  clock: Clock;
  /** Aborted to give the start up; after it, use `stop`. */
  signal: AbortSignal;
}

/** A service that serves. */
export interface RunningService {
  port: number;
  managementPort: number;
  /** Stops without loss; ends when everything is closed. A second call joins the first. */
  stop(): Promise<void>;
}

/** How long `close` of a service may take. The chart adds it to the grace period. */
const CLOSE_TIMEOUT_MS = 3000;

/** Opens a service: management port, stores, public port, in this order. */
export const startService = async (
  { name, version, config, entries, open }: Startable,
  { log, clock, signal }: StartOptions,
): Promise<RunningService> => {
  const startedAt = clock.now();
  const phase = new Phase();
  const metrics = new Metrics();
  metrics.collectProcess();
  const podInfo = new PodInfo({ folder: config.podInfoPath, log, clock });
  await podInfo.refresh();

  const management = createServer(
    handlerOf(
      createManagementApp({
        name,
        version,
        phase,
        podInfo,
        registry: metrics.registry,
        config: entries,
        clock,
        startedAt,
      }),
    ),
  );
  const address = config.listenAddress;
  const managementPort = await listen(management, { port: config.managementPort, address, flag: '--management-port' });

  const stopping = new AbortController();
  const ended = new AbortController();
  let opened: OpenService | undefined;
  const closeRest = async (): Promise<void> => {
    stopping.abort();
    ended.abort();
    try {
      await closeWithin(opened, clock);
    } finally {
      management.close();
      management.closeAllConnections();
    }
  };

  try {
    const context = { log, metrics, stopping: AbortSignal.any([stopping.signal, signal]) };
    opened = await unlessAborted(async () => open(context), signal);
    const app = createApp({
      routes: opened.routes,
      log,
      metrics,
      revision: () => (config.revisionHeader ? podInfo.revision : undefined),
      bodyLimitBytes: config.bodyLimitBytes,
      trustProxy: config.trustProxy,
      accessLog: config.accessLog,
    });
    const { server, connections } = createPublicServer(handlerOf(app), {
      keepAliveMs: config.keepAliveSeconds * 1000,
      closing: () => phase.name === 'stopping' || podInfo.traffic !== 'active',
      clock,
    });
    const port = await listen(server, { port: config.port, address, flag: '--port' });
    const following = podInfo.run(ended.signal);
    phase.serve();
    log.info({ version, revision: podInfo.revision, port, managementPort, address: addressOf(server) }, 'serving');

    const stop = async (): Promise<void> => {
      phase.stop();
      stopping.abort();
      const { lameDuckSeconds, drainTimeoutSeconds } = config;
      log.info({ lameDuckSeconds, drainTimeoutSeconds, connections: connections.size }, 'stopping');
      const cut = await drain({
        server,
        connections,
        lameDuckMs: lameDuckSeconds * 1000,
        timeoutMs: drainTimeoutSeconds * 1000,
        clock,
      });
      if (cut > 0) log.warn({ cut }, 'connections were cut: their requests took longer than the drain timeout');
      await closeRest();
      await following;
      log.info('stopped');
    };
    let stopped: Promise<void> | undefined;
    return { port, managementPort, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await closeRest();
    throw error;
  }
};

/** Waits for the service to open, but no longer than the start is wanted. */
const unlessAborted = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};

/** Koa answers its own errors; the promise of its handler never rejects. */
const handlerOf = (app: { callback(): (...args: Parameters<RequestListener>) => Promise<void> }): RequestListener => {
  const handle = app.callback();
  return (request, response) => void handle(request, response);
};

const addressOf = (server: Server): string | undefined => {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' ? address?.address : address;
};

const closeWithin = async (service: OpenService | undefined, clock: Clock): Promise<void> => {
  const timeout = new AbortController();
  const closing = (async () => {
    await service?.close?.();
    return true;
  })();
  const late = clock.sleep(CLOSE_TIMEOUT_MS, timeout.signal).then(() => false);
  try {
    if (!(await Promise.race([closing, late]))) throw new CloseTimeoutError();
  } finally {
    timeout.abort();
  }
};

/** A service's `close` did not end in time. */
export class CloseTimeoutError extends Error {
  readonly code = 'CLOSE_TIMEOUT';

  constructor() {
    super(`Expected the service to close within ${CLOSE_TIMEOUT_MS} ms, found it still closing`);
    this.name = 'CloseTimeoutError';
  }
}
