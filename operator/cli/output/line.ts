import { styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

/** What a piece of text means; on a terminal each meaning has a colour. */
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'accent';

/** A piece of a line. */
export type Span = string | { text: string; tone: Tone };

/** One line of output, its colours not yet chosen. */
export type Line = readonly Span[];

export const span = (text: string, tone: Tone): Span => ({ text, tone });
export const good = (text: string): Span => span(text, 'good');
export const bad = (text: string): Span => span(text, 'bad');
export const warn = (text: string): Span => span(text, 'warn');
export const dim = (text: string): Span => span(text, 'dim');
export const strong = (text: string): Span => span(text, 'strong');
export const accent = (text: string): Span => span(text, 'accent');

const COLOURS = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'gray',
  strong: 'bold',
  accent: 'cyan',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

/** Turns lines into text. */
export interface Paint {
  (line: Line): string;
}

export const textOf = (line: Line): string =>
  line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');

export const plain: Paint = textOf;

export const coloured: Paint = (line) =>
  line
    .map((piece) =>
      typeof piece === 'string' ? piece : styleText(COLOURS[piece.tone], piece.text, { validateStream: false }),
    )
    .join('');

/** Colours only for people: on a terminal, and not when NO_COLOR (no-color.org) or TERM=dumb asks for none. */
export const paintFor = (terminal: Terminal, environment: NodeJS.ProcessEnv): Paint => {
  const { NO_COLOR = '', TERM } = environment;
  return terminal.isTTY === true && NO_COLOR === '' && TERM !== 'dumb' ? coloured : plain;
};

/** The line with something before it. */
export const after = (prefix: Span, line: Line): Line => [prefix].concat(line);

/** The line cut to a width; a cut is shown by an ellipsis. */
export const clip = (line: Line, width: number): Line => {
  if (textOf(line).length <= width) return line;
  const kept: Span[] = [];
  let left = width - 1;
  for (const piece of line) {
    const text = typeof piece === 'string' ? piece : piece.text;
    if (left <= 0) break;
    const part = text.slice(0, left);
    kept.push(typeof piece === 'string' ? part : { ...piece, text: part });
    left -= part.length;
  }
  return [...kept, '…'];
};

/** Text broken between words into pieces that are no wider than a width. */
export const wrap = (text: string, width: number): string[] => {
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.split(' ')) {
    if (piece !== '' && piece.length + 1 + word.length > width) {
      pieces.push(piece);
      piece = word;
    } else {
      piece = piece === '' ? word : `${piece} ${word}`;
    }
  }
  return [...pieces, piece];
};
