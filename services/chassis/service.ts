import type * as z from 'zod';
import type { Routes } from './app.ts';
import { helpText } from './config/help.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { run } from './run.ts';
import { type ConfigSources, loadServiceConfig, serviceSettings } from './service-config.ts';
import { startService, type RunningService, type StartOptions } from './start.ts';

/** What a service is made from. */
export interface ServiceDefinition<S extends z.ZodObject> {
  name: string;
  version: string;
  /** The service's own configuration: a flat zod object; `.describe()` documents, `.meta({ secret: true })` hides. */
  settings: S;
  /** Opens stores and clients, and makes the routes. */
  open(context: ServiceContext<z.output<S>>): Promise<OpenService> | OpenService;
}

/** What a service gets to open itself with. */
export interface ServiceContext<T> {
  config: T;
  log: Log;
  metrics: Metrics;
  /** Aborted when the stop begins: endless answers, such as streams, should end then. */
  stopping: AbortSignal;
}

/** An opened service. */
export interface OpenService {
  routes: Routes | Routes[];
  /** Closes stores and clients; called when the last request has ended. */
  close?(): Promise<void> | void;
}

/** A service that can be started. */
export interface Service {
  name: string;
  version: string;
  /** Text of `--help`. */
  help(): string;
  /** Reads the configuration; `'help'` if that was asked for. Throws a ConfigError. */
  configure(sources: ConfigSources): ConfiguredService | 'help';
  /** The whole life of a process: start, signals, stop, exit code. For the entry file only. */
  run(): Promise<void>;
}

/** A service with its configuration. */
export interface ConfiguredService {
  logLevel: string;
  /** Opens the service and both ports, in this process. Throws a ListenError. */
  start(options: StartOptions): Promise<RunningService>;
}

/** Makes a service from its definition. */
export const createService = <S extends z.ZodObject>(definition: ServiceDefinition<S>): Service => {
  const { name, version, settings: schema } = definition;
  const settings = serviceSettings(schema);
  const service: Service = {
    name,
    version,
    help: () => helpText(name, version, [...settings.own, ...settings.chassis]),
    configure: (sources) => {
      const config = loadServiceConfig(schema, sources);
      if (config === 'help') return 'help';
      return {
        logLevel: config.chassis.logLevel,
        start: (options) =>
          startService(
            {
              name,
              version,
              config: config.chassis,
              entries: config.entries,
              open: (context) => definition.open({ ...context, config: config.own }),
            },
            options,
          ),
      };
    },
    run: () => run(service),
  };
  return service;
};
