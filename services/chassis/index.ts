export { type App, type AppOptions, createApp, type Routes } from './app.ts';
export { readJson } from './body.ts';
export { ConfigError, type ConfigProblem, isConfigError } from './config/config-error.ts';
export type { ConfigEntry } from './config/config.ts';
export { isListenError, ListenError } from './listen.ts';
export { type Log, silentLog } from './log.ts';
export { Metrics } from './metrics.ts';
export { isProblem, Problem, type ProblemDocument } from './problem.ts';
export { readQuery } from './query.ts';
export {
  createService,
  type OpenService,
  type Service,
  type ServiceContext,
  type ServiceDefinition,
} from './service.ts';
export type { RequestState } from './state.ts';
