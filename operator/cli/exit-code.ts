/** How a command ends, for scripts. `kubectl relevo --help` says the same. */
export const EXIT = {
  /** Done, or as asked. */
  done: 0,
  /** It failed, or the API server refused. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The BlueGreen is not in the state that was asked for, and will not come to it by itself. */
  otherwise: 3,
  /** The time that was given ran out. */
  timeout: 4,
  /** Ctrl-C, as shells have it: 128 and the signal's number. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
