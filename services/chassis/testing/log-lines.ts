import { createLog, type Log } from '../log.ts';

/** A line of the log, parsed. */
export type LogLine = Record<string, unknown>;

/** A logger that keeps its lines. */
export const keptLog = (): { log: Log; lines: LogLine[] } => {
  const lines: LogLine[] = [];
  const log = createLog('test', 'info', { write: (line: string) => lines.push(toLine(line)) });
  return { log, lines };
};

const toLine = (text: string): LogLine => {
  const line: LogLine = JSON.parse(text);
  return line;
};
