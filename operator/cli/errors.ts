import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** What a person is told in place of a stack: what was expected, what was found, what to do. */
export class CommandError extends Error {
  readonly code: string = 'COMMAND';
  readonly exitCode: ExitCode = EXIT.failed;
}

/** The command line is wrong. */
export class UsageError extends CommandError {
  override readonly code = 'USAGE';
  override readonly exitCode = EXIT.usage;
  override readonly name = 'UsageError';
}

/** What was asked for does not fit the state in which the BlueGreen is now. */
export class StateError extends CommandError {
  override readonly code = 'STATE';
  override readonly exitCode = EXIT.otherwise;
  override readonly name = 'StateError';
}

/** No cluster can be reached, or it lacks what the command needs. */
export class ClusterError extends CommandError {
  override readonly code = 'CLUSTER';
  override readonly name = 'ClusterError';
}
