/** Tells a person what is going on: one line, no line break at its end. */
export type Report = (line: string) => void;

/** Writes each line with the time since it was made in front, so that a person sees what takes long. */
export const elapsedReport = (write: (text: string) => void, now: () => number): Report => {
  const start = now();
  return (line) => write(`${((now() - start) / 1000).toFixed(1).padStart(6)}s  ${line}\n`);
};

/** Reports to standard error, so that standard output stays free for results. */
export const consoleReport = (): Report =>
  elapsedReport(
    (text) => process.stderr.write(text),
    () => performance.now(),
  );
