import { destination, pino, stdSerializers } from 'pino';
import type { Logger } from 'pino';
import { ApiError, ConnectionError } from './errors.ts';

export type { Logger } from 'pino';

/** How much to log, and as whom. */
export interface LogOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  level: string;
  /** The program's name, on every line. */
  name: string;
  /** What every line says beside that, asked for when it is written. */
  fields?: () => object;
  /** Where the lines go. Default: standard output. */
  write?: (line: string) => void;
}

/** A logger that writes one JSON object a line, with RFC 3339 times and named levels. */
export const createLogger = (options: LogOptions): Logger => {
  const { level, name, fields, write } = options;
  const settings = {
    level,
    name,
    ...(fields === undefined ? {} : { mixin: fields }),
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    // The plain serializer repeats the cause in the message.
    serializers: { err: stdSerializers.errWithCause },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return write === undefined ? pino(settings, destination({ fd: 1, sync: true })) : pino(settings, { write });
};

/**
 * How a failure that is tried again goes into a log line: what the API server or the network said is said in one
 * sentence, anything else is a surprise and needs its stack.
 */
export const failureFields = (error: unknown): { reason: string } | { err: unknown } =>
  error instanceof ApiError || error instanceof ConnectionError ? { reason: error.message } : { err: error };
