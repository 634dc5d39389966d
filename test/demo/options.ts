import { parseArgs } from 'node:util';
import { numericFlag, UsageError } from '../load/options.ts';
import { readTarget, TARGET_FLAGS, TARGET_USAGE, type TargetOptions, whole } from './target-options.ts';

/** What the demo shall do. */
export interface DemoOptions extends TargetOptions {
  releases: number;
  controlSeconds: number;
  retireAfterSeconds: number;
  killOperator: boolean;
  json: boolean;
}

export const USAGE = `Shows that no request is lost: releases one after the other under constant load.

Starts a load generator in the cluster, waits a while without releases to compare with (control), then makes
releases of BlueGreen users: code and config by turns, one that crashes, a rollback, a way back. Puts everything back
in the end, also after Ctrl-C. Exit code: 0 when every promise held, 1 when not, 2 for a wrong command line.

  --releases N              code and config releases, besides the crash and the ways back (20)
  --control-seconds N       time without releases (20)
  --retire-after-seconds N  how long old releases are kept whole meanwhile (3)
  --kill-operator           kill the operator's working pod by SIGKILL at a random moment of every release;
                            only on the local cluster, as root
${TARGET_USAGE}  -o, --output json|table   what to print in the end (table)
  -h, --help                this text
`;

const outputIsJson = (text: string): boolean => {
  if (text !== 'json' && text !== 'table') throw new UsageError(`Expected json or table for --output, found "${text}"`);
  return text === 'json';
};

/** Reads the command line. `undefined`: help was asked for. @throws UsageError */
export const parseOptions = (args: string[]): DemoOptions | undefined => {
  const values = readFlags(args);
  if (values.help) return undefined;
  return {
    ...readTarget(values),
    releases: whole('releases', values.releases, 2, 1000),
    controlSeconds: numericFlag('control-seconds', values['control-seconds'], 1, 3600),
    retireAfterSeconds: whole('retire-after-seconds', values['retire-after-seconds'], 0, 3600),
    killOperator: values['kill-operator'],
    json: outputIsJson(values.output),
  };
};

const readFlags = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        ...TARGET_FLAGS,
        releases: { type: 'string', default: '20' },
        'control-seconds': { type: 'string', default: '20' },
        'retire-after-seconds': { type: 'string', default: '3' },
        'kill-operator': { type: 'boolean', default: false },
        output: { type: 'string', default: 'table', short: 'o' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
