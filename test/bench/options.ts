import { parseArgs } from 'node:util';
import { numericFlag, UsageError } from '../load/options.ts';

/** What the benchmark shall do. */
export interface BenchOptions {
  blueGreens: number;
  /** How long each rest is watched. */
  idleSeconds: number;
  /** Folder for CPU profiles of the operator. */
  profile: string | undefined;
  json: boolean;
}

export const USAGE = `Measures the operator with many BlueGreens: real API server and controllers, a stand-in for the kubelet.

Each phase is timed: creation of all, a change of all, a restart of the operator, and a rest after each.

  --bluegreens N      how many, with one replica and a Service each (1000)
  --idle-seconds N    how long each rest is watched (30)
  --profile FOLDER    write a CPU profile of the operator there; it slows the operator down
  -o, --output table|json  (table)
`;

/** Reads the command line. `undefined`: help was asked for. @throws UsageError */
export const parseOptions = (args: string[]): BenchOptions | undefined => {
  const values = readFlags(args);
  if (values.help) return undefined;
  const blueGreens = numericFlag('bluegreens', values.bluegreens, 1, 100_000);
  if (!Number.isInteger(blueGreens)) {
    throw new UsageError(`Expected a whole number for --bluegreens, found "${values.bluegreens}"`);
  }
  if (values.output !== 'table' && values.output !== 'json') {
    throw new UsageError(`Expected table or json for --output, found "${values.output}"`);
  }
  return {
    blueGreens,
    idleSeconds: numericFlag('idle-seconds', values['idle-seconds'], 1, 3600),
    profile: values.profile,
    json: values.output === 'json',
  };
};

const readFlags = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        bluegreens: { type: 'string', default: '1000' },
        'idle-seconds': { type: 'string', default: '30' },
        profile: { type: 'string' },
        output: { type: 'string', default: 'table', short: 'o' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
