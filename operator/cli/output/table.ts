import { textOf } from './line.ts';
import type { Line } from './line.ts';

/** Columns as wide as their widest cell, two spaces between them. */
export const table = (rows: readonly (readonly Line[])[]): Line[] => {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length);
    }
  }
  return rows.map((row) =>
    row.flatMap((cell, column) => {
      const isLast = column === row.length - 1;
      return isLast ? [...cell] : [...cell, ' '.repeat((widths[column] ?? 0) - textOf(cell).length + 2)];
    }),
  );
};
