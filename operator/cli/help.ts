import type { Command } from './command.ts';
import type { OptionSpec, OptionTable } from './options.ts';

const INDENT = '  ';

/** What `kubectl relevo --help` says. */
export const overview = (commands: readonly Command[]): string => {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Shows and steers Relevo releases (BlueGreen resources).',
    '',
    'Usage: kubectl relevo COMMAND [NAME] [flags]',
    '',
    ...commands.map(({ name, summary }) => `${INDENT}${name.padEnd(width)}  ${summary}`),
    '',
    'Each command has its own help: kubectl relevo COMMAND --help',
    '',
    'Exit codes: 0 done, or as asked; 1 it failed, or the API server refused; 2 the command line is wrong;',
    '3 the BlueGreen is not in the state that was asked for; 4 the time given ran out; 130 Ctrl-C.',
    '',
    'Environment: KUBECONFIG as for kubectl; NO_COLOR turns colours off.',
    '',
  ].join('\n');
};

/** What `kubectl relevo COMMAND --help` says. */
export const commandHelp = (command: Command): string =>
  [
    `${command.summary}.`,
    '',
    `Usage: kubectl relevo ${[command.name, ...command.arguments.map(({ name }) => name)].join(' ')} [flags]`,
    '',
    command.description,
    '',
    ...flagLines(command.options),
    '',
    'Examples:',
    ...command.examples.map((example) => `${INDENT}kubectl relevo ${example}`),
    '',
  ].join('\n');

const flagLines = (options: OptionTable): string[] => {
  const rows = Object.entries(options).map(([name, spec]) => [flagOf(name, spec), spec] as const);
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return rows.map(([flag, spec]) => `${INDENT}${flag.padEnd(width)}  ${spec.description}${defaultOf(spec)}`);
};

const flagOf = (name: string, { short, value }: OptionSpec): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

const defaultOf = ({ default: otherwise }: OptionSpec): string =>
  otherwise === undefined || otherwise === false ? '' : ` Default: ${otherwise}.`;
