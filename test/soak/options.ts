import { parseArgs } from 'node:util';
import { readTarget, TARGET_FLAGS, TARGET_USAGE, type TargetOptions, whole } from '../demo/target-options.ts';
import { numericFlag, UsageError } from '../load/options.ts';

/** What the soak shall do. */
export interface SoakOptions extends TargetOptions {
  /** Ends after so many switches. */
  count: number;
  /** Ends after so many minutes; Infinity: not by time. */
  minutes: number;
  seed: number;
  /** The operator is killed in one of so many turns; 0: never. */
  killEvery: number;
  /** etcd or the API server is killed in one of so many turns; 0: never. */
  crashEvery: number;
  /** Where the report is written as JSON, after each lap and in the end. */
  report: string | undefined;
}

export const USAGE = `Switches again and again under constant load, and counts what was lost.

Turns of many kinds follow each other at random: releases of code and config, promoted by themselves or by a person,
given up, crashing, refused by a check before or after the switch, taken back at once or later; now and then the
operator is killed by SIGKILL. Each turn must end as the last spec says. Everything is put back in the end, also after
Ctrl-C. Exit code: 0 when no request failed and no turn needed a hand, 1 when not, 2 for a wrong command line.

  --count N                 end after so many switches (1000)
  --minutes N               end after so many minutes at the latest (no bound)
  --seed N                  the same turns again (a random one, which is said)
  --kill-every N            kill the operator in one of N turns, 0 never (30); only on the local cluster, as root
  --crash-every N           kill etcd or the API server in one of N turns, 0 never (0); only on the local cluster
  --report FILE             write the report as JSON, after every five minutes and in the end
${TARGET_USAGE}  -h, --help                this text
`;

const MAX_SEED = 2 ** 32 - 1;

/** Reads the command line. `undefined`: help was asked for. @throws UsageError */
export const parseOptions = (args: string[], random: () => number): SoakOptions | undefined => {
  const values = readFlags(args);
  if (values.help) return undefined;
  const crashEvery = whole('crash-every', values['crash-every'], 0, 1_000_000);
  if (crashEvery > 0 && values.context !== undefined) {
    throw new UsageError('Expected no --context beside --crash-every: only the local cluster has parts to kill');
  }
  return {
    ...readTarget(values),
    count: whole('count', values.count, 1, 1_000_000),
    minutes: values.minutes === undefined ? Infinity : numericFlag('minutes', values.minutes, 0.1, 10_080),
    seed: values.seed === undefined ? Math.floor(random() * MAX_SEED) : whole('seed', values.seed, 0, MAX_SEED),
    killEvery: whole('kill-every', values['kill-every'], 0, 1_000_000),
    crashEvery,
    report: values.report,
  };
};

const readFlags = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        ...TARGET_FLAGS,
        count: { type: 'string', default: '1000' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        'kill-every': { type: 'string', default: '30' },
        'crash-every': { type: 'string', default: '0' },
        report: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
