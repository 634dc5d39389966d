import { pino, type DestinationStream, type Logger } from 'pino';

/** A pino logger: one JSON object a line. */
export type Log = Logger;

/** Where a logger's lines go, and how to wait until they are there. */
export interface LogSink {
  destination: DestinationStream;
  flush(): void;
}

/** Lines are joined to so many bytes, but wait no longer than {@link FLUSH_MS}: a write costs as much as an answer. */
const JOINED_BYTES = 32_768;
const FLUSH_MS = 100;
/** When nobody takes the output, lines above this are lost: the service goes on, and its memory does not grow. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Standard output, written in the background. */
export const standardOutput = (): LogSink => {
  const destination = pino.destination({
    fd: 1,
    sync: false,
    minLength: JOINED_BYTES,
    maxWrite: 2 * JOINED_BYTES,
    maxLength: MAX_WAITING_BYTES,
    periodicFlush: FLUSH_MS,
  });
  return { destination, flush: () => destination.flushSync() };
};

/** The time of a line, as a piece of JSON. The date is made once a second: most of a line's cost beside its own fields would be the date's. */
export const timeField = (clock: () => number): (() => string) => {
  let second = Number.NaN;
  let prefix = '';
  return () => {
    const now = clock();
    const ms = now % 1000;
    if (now - ms !== second) {
      second = now - ms;
      prefix = `,"time":"${new Date(second).toISOString().slice(0, -4)}`;
    }
    return `${prefix}${String(ms).padStart(3, '0')}Z"`;
  };
};

/** A logger whose every line names the service. */
export const createLog = (name: string, level: string, destination: DestinationStream): Log =>
  pino(
    {
      name,
      level,
      base: {},
      timestamp: timeField(() => Date.now()),
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );

/** For tests and for apps that are used without a server. */
export const silentLog = (): Log => pino({ level: 'silent' });
