import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import { ConnectionError } from './errors.ts';

/**
 * The pieces of an answer's body as text. A body that is cut is a ConnectionError after all that came before the cut,
 * which a stream's own iterator forgets: a watch that is cut again and again would never get on. An abort throws its
 * reason at once.
 */
export async function* readChunks(
  response: IncomingMessage,
  request: string,
  signal: AbortSignal,
): AsyncIterable<string> {
  response.setEncoding('utf8');
  const pieces: string[] = [];
  let end: { error?: Error | null | undefined } | undefined;
  let wake: (() => void) | undefined;
  response.on('data', (piece: string) => {
    pieces.push(piece);
    wake?.();
  });
  const forget = finished(response, (error) => {
    end = { error };
    wake?.();
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      const piece = pieces.shift();
      if (piece !== undefined) yield piece;
      else if (end === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else break;
    }
    if (end.error) throw new ConnectionError(request, end.error);
  } finally {
    forget();
    response.destroy();
  }
}

/** The whole body as text. */
export const readText = async (response: IncomingMessage, request: string, signal: AbortSignal): Promise<string> => {
  let text = '';
  for await (const chunk of readChunks(response, request, signal)) text += chunk;
  return text;
};

/** The body line by line, without the line ends. A last line without an end means that the body was cut. */
export async function* readLines(
  response: IncomingMessage,
  request: string,
  signal: AbortSignal,
): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of readChunks(response, request, signal)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new ConnectionError(request, new Error('The answer ended in the middle of a line'));
}

/** What `parse` makes of an answer; an answer that cannot be parsed is a ConnectionError. */
export const parsed = <T>(request: string, parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    throw new ConnectionError(request, error);
  }
};
