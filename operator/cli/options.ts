import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';

/** One flag: how it is parsed, and what the help and the shell's completion say of it. */
export interface OptionSpec {
  type: 'string' | 'boolean';
  short?: string;
  description: string;
  /** What stands for the value in the help, for example `REVISION`. */
  value?: string;
  /** The only values that are allowed. */
  choices?: readonly string[];
  default?: string | boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What the command line says, by the flags' names. */
export type OptionValues<O extends OptionTable> = {
  [K in keyof O]: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { default: string }
      ? string
      : string | undefined;
};

/** Flags of every command that talks to a cluster. */
export const CONNECTION_OPTIONS = {
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAMESPACE',
    description: 'Where the BlueGreen is. Default: the namespace of the context.',
  },
  context: { type: 'string', value: 'NAME', description: 'A context of the kubeconfig. Default: its current one.' },
  kubeconfig: { type: 'string', value: 'FILE', description: 'Default: KUBECONFIG, or ~/.kube/config.' },
} as const satisfies OptionTable;

export const HELP_OPTION = {
  help: { type: 'boolean', short: 'h', description: 'Show this.' },
} as const satisfies OptionTable;

/** `-o`, for commands whose answer a script may want to read. */
export const OUTPUT_OPTION = {
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['text', 'json', 'yaml'],
    default: 'text',
    description: 'text, json or yaml.',
  },
} as const satisfies OptionTable;

/** `-A`. */
export const ALL_NAMESPACES_OPTION = {
  'all-namespaces': { type: 'boolean', short: 'A', description: 'In all namespaces.' },
} as const satisfies OptionTable;

/**
 * Reads a command line by a table of flags; throws UsageError.
 *
 * node:util's parser is enough, since this one table also makes the help texts and the shell's completion.
 */
export const readOptions = <const O extends OptionTable>(
  options: O,
  args: readonly string[],
): { values: OptionValues<O>; positionals: string[] } => {
  const { values, positionals } = parse(options, args);
  const read: Record<string, string | boolean | undefined> = {};
  for (const [name, spec] of Object.entries<OptionSpec>(options)) {
    const value = values[name] ?? spec.default ?? (spec.type === 'boolean' ? false : undefined);
    if (Array.isArray(value)) throw new UsageError(`Expected --${name} once, found it several times`);
    if (value === '') throw new UsageError(`Expected a value for --${name}, found none`);
    if (typeof value === 'string' && spec.choices?.includes(value) === false) {
      throw new UsageError(`Expected --${name} to be one of ${spec.choices.join(', ')}, found ${value}`);
    }
    read[name] = value;
  }
  return { values: asTable(options, read), positionals };
};

const parse = (options: OptionTable, args: readonly string[]) => {
  const table = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    return parseArgs({ args: [...args], options: table, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. To ')[0] : String(error), { cause: error });
  }
};

/** Whether what was read has exactly the flags of the table, each of its type: it was read by that table. */
const isTable = <O extends OptionTable>(
  options: O,
  read: Record<string, string | boolean | undefined>,
): read is Record<string, string | boolean | undefined> & OptionValues<O> =>
  Object.entries<OptionSpec>(options).every(
    ([name, { type }]) => typeof read[name] === type || (type === 'string' && read[name] === undefined),
  );

const asTable = <O extends OptionTable>(
  options: O,
  read: Record<string, string | boolean | undefined>,
): OptionValues<O> => {
  if (!isTable(options, read)) throw new TypeError('Expected each flag to have a value of its type');
  return read;
};
