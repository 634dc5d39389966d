/** Where a command writes: what it needs of a stream. */
export interface Terminal {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
  write(text: string): unknown;
}
