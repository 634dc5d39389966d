import { destination, pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/** How much to log, and as whom. */
export interface LogOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  level: string;
  /** The program's name, on every line. */
  name: string;
  /** Where the lines go. Default: standard output. */
  write?: (line: string) => void;
}

/** A logger that writes one JSON object a line, with RFC 3339 times and named levels. */
export const createLogger = (options: LogOptions): Logger => {
  const { level, name, write } = options;
  const settings = {
    level,
    name,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return write === undefined ? pino(settings, destination({ fd: 1, sync: true })) : pino(settings, { write });
};
