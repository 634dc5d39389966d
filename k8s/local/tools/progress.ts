/** How far a build is. `remainingSeconds` is a guess from the speed so far. */
export interface ToolsProgress {
  phase: 'waiting' | 'downloading' | 'compiling' | 'linking';
  done: number;
  /** An upper bound while downloading, since what is there already is not counted. */
  total: number;
  elapsedSeconds: number;
  remainingSeconds?: number;
}

// Measured with 2 cores: 12.5 minutes for a cold build, 1 of them in the linker.
const LINK_SECONDS = 60;

const duration = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

/** One line for a person. */
export const describeProgress = (progress: ToolsProgress): string => {
  const { phase, done, total, elapsedSeconds, remainingSeconds } = progress;
  const after = ` (${duration(elapsedSeconds)} so far${remainingSeconds === undefined ? '' : `, about ${duration(remainingSeconds)} to go`})`;
  const sentences = {
    waiting: 'another process builds them, waiting for it',
    downloading: `downloading Go modules, ${done} of at most ${total}${after}`,
    compiling: `compiling, ${done} of ${total} packages${after}`,
    linking: `linking, ${done} of ${total} programs${after}`,
  };
  return `tools: ${sentences[phase]}`;
};

/** What the build's clock and counters say. All times in ms. */
export interface ProgressInput {
  phase: ToolsProgress['phase'];
  done: number;
  total: number;
  startedAt: number;
  phaseStartedAt: number;
  now: number;
}

/** Adds the guess of what is left. */
export const progressOf = (input: ProgressInput): ToolsProgress => {
  const { phase, done, total, startedAt, phaseStartedAt, now } = input;
  const base = { phase, done, total, elapsedSeconds: (now - startedAt) / 1000 };
  const inPhase = (now - phaseStartedAt) / 1000;
  // The first few packages say nothing yet about the speed.
  if ((phase !== 'compiling' && phase !== 'linking') || done < Math.min(50, total / 4) || done === 0) return base;
  const rest = (inPhase / done) * (total - done);
  return { ...base, remainingSeconds: rest + (phase === 'compiling' ? LINK_SECONDS : 0) };
};

/** Tells of each new phase at once, and within a phase only every `intervalMs`. */
export const paced = (
  report: (line: string) => void,
  now: () => number,
  intervalMs: number,
): ((progress: ToolsProgress) => void) => {
  let told: { phase: ToolsProgress['phase']; at: number } | undefined;
  return (progress) => {
    if (told?.phase === progress.phase && now() - told.at < intervalMs) return;
    told = { phase: progress.phase, at: now() };
    report(describeProgress(progress));
  };
};
