/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The variable's or the argument's name. */
  key: string;
  expected: string;
  /** What was found instead, quoted; `a secret` for secrets. */
  found: string;
  /** Where it was found, or how to set it if it was not. */
  source: string;
}

/** The configuration cannot be used. Its message names every bad key, one a line. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(
      ({ key, expected, found, source }) => `  ${key}: expected ${expected}, found ${found} (${source})`,
    );
    const count = problems.length === 1 ? '1 bad value' : `${problems.length} bad values`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** Tells a {@link ConfigError} from other errors. */
export const isConfigError = (error: unknown): error is ConfigError => error instanceof ConfigError;
