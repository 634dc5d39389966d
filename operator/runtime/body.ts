import type { IncomingMessage } from 'node:http';
import { ConnectionError } from './errors.ts';

/** The pieces of an answer's body as text. A body that is cut is a ConnectionError; an abort throws its reason. */
export async function* readChunks(
  response: IncomingMessage,
  request: string,
  signal: AbortSignal,
): AsyncIterable<string> {
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) yield String(chunk);
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError(request, error);
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
