/** What a screen needs of a terminal's stream. */
export interface Terminal {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_LINE = '\u001B[2K';
const CLEAR_BELOW = '\u001B[J';

const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A\r` : '');

/** A picture that is drawn over itself on a terminal; elsewhere only its log lines are written. */
export class Screen {
  readonly #terminal: Terminal;
  #drawn = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  get isLive(): boolean {
    return this.#terminal.isTTY === true;
  }

  get columns(): number {
    return this.#terminal.columns ?? 80;
  }

  draw(lines: string[]): void {
    if (!this.isLive) return;
    const picture = lines.map((line) => `${CLEAR_LINE}${line}\n`).join('');
    this.#terminal.write(`${HIDE_CURSOR}${up(this.#drawn)}${picture}${CLEAR_BELOW}`);
    this.#drawn = lines.length;
  }

  /** One line that stays, above the picture. */
  log(line: string): void {
    this.#terminal.write(this.isLive ? `${up(this.#drawn)}${CLEAR_BELOW}${line}\n` : `${line}\n`);
    this.#drawn = 0;
  }

  /** Leaves the last picture where it is and gives the cursor back. */
  close(): void {
    if (this.isLive) this.#terminal.write(SHOW_CURSOR);
    this.#drawn = 0;
  }
}
