import { parseArgs } from 'node:util';

/** The settings of a run. */
export interface LoadOptions {
  url: URL;
  rates: { keepAlive: number; fresh: number };
  connections: number;
  durationSeconds: number;
  windowMs: number;
  timeoutMs: number;
}

/** A flag is unknown or has a value that cannot be. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

export const USAGE = `Sends requests at a constant rate, whatever becomes of them, and reports on stdout, one JSON object a line.

  --url URL                where to send GET requests, for example http://users.relevo/api/users
  --rate-keep-alive N      requests a second on connections that stay open (400)
  --connections N          how many of these connections (40)
  --rate-fresh N           requests a second on a new connection each (150)
  --duration-seconds N     stop after this long (600); SIGTERM stops earlier
  --window-ms N            time between two lines (250)
  --timeout-ms N           a request that takes longer has failed (10000)
`;

/** Reads a flag's number. @throws UsageError when it is none, or outside of the bounds */
export const numericFlag = (flag: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) {
    throw new UsageError(`Expected a number from ${min} to ${max} for --${flag}, found "${text}"`);
  }
  return value;
};

const httpUrl = (text: string | undefined): URL => {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') throw new UsageError(`Expected an http:// address for --url, found "${text ?? ''}"`);
  return url;
};

/** Reads the command line. `undefined`: help was asked for. @throws UsageError */
export const parseOptions = (args: string[]): LoadOptions | undefined => {
  const values = readFlags(args);
  if (values.help) return undefined;
  return {
    url: httpUrl(values.url),
    rates: {
      keepAlive: numericFlag('rate-keep-alive', values['rate-keep-alive'], 0, 100_000),
      fresh: numericFlag('rate-fresh', values['rate-fresh'], 0, 100_000),
    },
    connections: numericFlag('connections', values.connections, 1, 10_000),
    durationSeconds: numericFlag('duration-seconds', values['duration-seconds'], 0.1, 86_400),
    windowMs: numericFlag('window-ms', values['window-ms'], 10, 60_000),
    timeoutMs: numericFlag('timeout-ms', values['timeout-ms'], 1, 600_000),
  };
};

const readFlags = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        url: { type: 'string' },
        'rate-keep-alive': { type: 'string', default: '400' },
        connections: { type: 'string', default: '40' },
        'rate-fresh': { type: 'string', default: '150' },
        'duration-seconds': { type: 'string', default: '600' },
        'window-ms': { type: 'string', default: '250' },
        'timeout-ms': { type: 'string', default: '10000' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
