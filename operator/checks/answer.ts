import { MAX_ANSWER_LENGTH } from '../api/checks.ts';
import type { CheckVerdict, HttpHeader } from '../api/checks.ts';

/** What one measurement said. */
export interface Measured {
  verdict: CheckVerdict;
  /** One line of at most MAX_ANSWER_LENGTH characters. */
  message: string;
}

/** Shorter values of headers are words that any answer may hold. */
const MIN_SECRET_LENGTH = 6;

/** One line, with what does not fit cut off at its end. */
export const clipped = (text: string, length = MAX_ANSWER_LENGTH): string => {
  const line = oneLine(text);
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
};

/** One line, with what does not fit cut off at its beginning: the end of a log says most. */
export const clippedTail = (text: string, length: number): string => {
  const line = oneLine(text);
  return line.length > length ? `…${line.slice(1 - length).trimStart()}` : line;
};

/** A text without the values of headers: a server may send back what it was sent. */
export const withoutValues = (text: string, headers: readonly HttpHeader[]): string =>
  headers
    .filter(({ value }) => value.length >= MIN_SECRET_LENGTH)
    .reduce((rest, { name, value }) => rest.replaceAll(value, `<${name}>`), text);

export const passed = (message: string): Measured => ({ verdict: 'pass', message: clipped(message) });
export const failed = (message: string): Measured => ({ verdict: 'fail', message: clipped(message) });
export const inconclusive = (message: string): Measured => ({ verdict: 'inconclusive', message: clipped(message) });

/** Line ends and control characters would break a table, or a terminal. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
