import { clip } from './line.ts';
import type { Line, Paint } from './line.ts';
import type { Terminal } from './terminal.ts';

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_TO_END_OF_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';
/** Terminals that know it show a frame at once, the others ignore it (synchronized output). */
const BEGIN_FRAME = '\u001B[?2026h';
const END_FRAME = '\u001B[?2026l';

const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A\r` : '\r');

/** A picture that is drawn over itself: each frame is one write, and lines are overwritten rather than cleared first. */
export class LiveScreen {
  readonly #terminal: Terminal;
  readonly #paint: Paint;
  #height = 0;
  #last = '';

  constructor(terminal: Terminal, paint: Paint) {
    this.#terminal = terminal;
    this.#paint = paint;
  }

  get columns(): number {
    return this.#terminal.columns ?? 80;
  }

  /** Draws the lines, as far as the terminal is wide and high; the same picture again is not written. */
  draw(lines: readonly Line[]): void {
    const rows = (this.#terminal.rows ?? 24) - 1;
    const shown =
      lines.length > rows ? [...lines.slice(0, rows - 1), [`… ${lines.length - rows + 1} more lines`]] : lines;
    const picture = shown.map((line) => `${this.#paint(clip(line, this.columns))}${CLEAR_TO_END_OF_LINE}\n`).join('');
    if (picture === this.#last) return;
    this.#terminal.write(`${BEGIN_FRAME}${HIDE_CURSOR}${up(this.#height)}${picture}${CLEAR_BELOW}${END_FRAME}`);
    this.#last = picture;
    this.#height = shown.length;
  }

  /** Leaves the last picture where it is and gives the cursor back. */
  close(): void {
    this.#terminal.write(SHOW_CURSOR);
  }
}
