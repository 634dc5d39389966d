import type { ApiClient } from '../runtime/client.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Connect } from './connect.ts';
import { UsageError } from './errors.ts';
import type { ExitCode } from './exit-code.ts';
import { CONNECTION_OPTIONS, HELP_OPTION, readOptions } from './options.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { paintFor } from './output/line.ts';
import type { Line } from './output/line.ts';
import type { Terminal } from './output/terminal.ts';
import { Reader } from './read/reader.ts';

/** Everything around a command: passed in, so that tests decide about it. */
export interface World {
  stdout: Terminal;
  stderr: Terminal;
  /** Usually `process.env`. */
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  connect: Connect;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
}

/** What a command works with. */
export interface Invocation<V> extends World {
  values: V;
  /** The arguments that are no flags. */
  args: string[];
  client: ApiClient;
  reader: Reader;
  namespace: string;
  /** Writes lines to standard output, coloured where that is for people. */
  print: (lines: readonly Line[]) => void;
}

/** How often an argument must and may stand. */
export interface ArgumentSpec {
  /** As in the usage: `NAME`, `[NAME]`, `REVISION`. In brackets: may be left out. */
  name: string;
  /** What the shell may complete there. */
  completes: 'blueGreens' | 'revisions' | 'nothing' | readonly string[];
}

interface Definition<O extends OptionTable> {
  name: string;
  /** One line, for the list of commands. */
  summary: string;
  /** What else there is to say, for the command's own help. */
  description: string;
  examples: readonly string[];
  arguments: readonly ArgumentSpec[];
  options: O;
  run: (invocation: Invocation<OptionValues<O & typeof BASE>>) => Promise<ExitCode>;
}

const BASE = { ...CONNECTION_OPTIONS, ...HELP_OPTION };

/** A command: its table of flags and arguments is also what its help and the shell's completion are made from. */
export interface Command extends Omit<Definition<OptionTable>, 'run'> {
  /** Runs it; throws UsageError when the command line is not as the tables say. */
  run: (args: readonly string[], world: World) => Promise<ExitCode>;
}

/** The argument every command about one BlueGreen has. */
export const NAME_ARGUMENT: ArgumentSpec = { name: 'NAME', completes: 'blueGreens' };

/** For commands that a script wants refused when another release has come meanwhile. */
export const REVISION_ARGUMENT: ArgumentSpec = { name: '[REVISION]', completes: 'revisions' };

export const defineCommand = <const O extends OptionTable>(definition: Definition<O>): Command => {
  const options: O & typeof BASE = { ...definition.options, ...BASE };
  return {
    ...definition,
    options,
    run: async (args, world) => {
      const { values, positionals } = readOptions(options, args);
      expectArguments(definition.arguments, positionals);
      const { kubeconfig, context, namespace } = connectionOf(values);
      const connected = await world.connect({ kubeconfig, context });
      const { client, where } = connected;
      const paint = paintFor(world.stdout, world.environment);
      try {
        return await definition.run({
          ...world,
          values,
          args: positionals,
          client,
          reader: new Reader(client, where, world.signal),
          namespace: namespace ?? connected.namespace,
          print: (lines) => world.stdout.write(lines.map((line) => `${paint(line)}\n`).join('')),
        });
      } finally {
        client.close();
      }
    },
  };
};

const connectionOf = (values: OptionValues<typeof CONNECTION_OPTIONS>): OptionValues<typeof CONNECTION_OPTIONS> =>
  values;

/** Throws UsageError when there are too few arguments, or too many. */
export const expectArguments = (specs: readonly ArgumentSpec[], found: readonly string[]): void => {
  const least = specs.filter(({ name }) => !name.startsWith('[')).length;
  if (found.length >= least && found.length <= specs.length) return;
  const expected = specs.map(({ name }) => name).join(' ') || 'no argument';
  throw new UsageError(`Expected ${expected}, found ${found.join(' ') || 'nothing'}`);
};
