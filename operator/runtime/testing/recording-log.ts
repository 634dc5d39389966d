import { createLogger } from '../log.ts';
import type { Logger } from '../log.ts';

/** A logger that keeps its lines for assertions. */
export const recordingLog = (): { log: Logger; lines: Record<string, unknown>[] } => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'debug', name: 'test', write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines };
};
