import { pino, type DestinationStream, type Logger } from 'pino';

/** A pino logger: one JSON object a line. */
export type Log = Logger;

/** Where a logger's lines go, and how to wait until they are there. */
export interface LogSink {
  destination: DestinationStream;
  flush(): void;
}

/** Standard output. Lines are joined, for a tenth of a second or 4 KiB at most: a write costs as much as an answer. */
export const standardOutput = (): LogSink => {
  const destination = pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 });
  return { destination, flush: () => destination.flushSync() };
};

/** A logger whose every line names the service. */
export const createLog = (name: string, level: string, destination: DestinationStream): Log =>
  pino(
    {
      name,
      level,
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );

/** For tests and for apps that are used without a server. */
export const silentLog = (): Log => pino({ level: 'silent' });
