/** One line of a comparison: in both, only in the old text, only in the new one. */
export interface DiffLine {
  sign: ' ' | '-' | '+';
  text: string;
}

/**
 * The shortest way from one list of lines to another, by their longest common subsequence. Own code because this is all
 * that is needed of a library, and templates are a few hundred lines.
 */
export const compareLines = (before: readonly string[], after: readonly string[]): DiffLine[] => {
  // common[i][j]: length of the longest common subsequence of what follows i and j.
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = common[i];
    if (row === undefined) continue;
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: old });
      i += 1;
    } else if (fresh !== undefined) {
      lines.push({ sign: '+', text: fresh });
      j += 1;
    }
  }
  return lines;
};

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** Only what is near a change; `undefined` stands for lines that are left out. */
export const hunks = (lines: readonly DiffLine[]): (DiffLine | undefined)[] => {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== ' '),
  );
  const shown: (DiffLine | undefined)[] = [];
  for (const [index, line] of lines.entries()) {
    if (isNear[index] === true) shown.push(line);
    else if (index > 0 && isNear[index - 1] === true) shown.push(undefined);
    else if (index === 0 && isNear.includes(true)) shown.push(undefined);
  }
  return shown;
};
