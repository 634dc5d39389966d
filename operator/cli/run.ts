import type { Command, World } from './command.ts';
import { COMMANDS } from './commands.ts';
import { complete } from './completion/complete.ts';
import { CommandError, UsageError } from './errors.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { commandHelp, overview } from './help.ts';

/** What shells and kubectl call, not people. */
const COMPLETE = '__complete';

/** Runs what a command line asks for; resolves to the exit code. Throws only what is a defect. */
export const run = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(args[0], world);
  if (name === COMPLETE) {
    await complete(COMMANDS, args, world);
    return EXIT.done;
  }
  const command = COMMANDS.find((one) => one.name === name);
  try {
    if (command === undefined) throw unknownCommand(name);
    if (asksForHelp(args)) return help(name, world);
    return await command.run(args, world);
  } catch (error) {
    if (world.signal.aborted) return EXIT.interrupted;
    if (!(error instanceof CommandError)) throw error;
    world.stderr.write(`${error.message}\n`);
    if (error instanceof UsageError)
      world.stderr.write(`Try kubectl relevo ${command?.name ?? ''}${command ? ' ' : ''}--help\n`);
    return error.exitCode;
  }
};

/** Everything after `--` is an argument. */
const asksForHelp = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === '--help' || arg === '-h');
};

const help = (name: string | undefined, { stdout, stderr }: World): ExitCode => {
  const command: Command | undefined = COMMANDS.find((one) => one.name === name);
  if (name !== undefined && !name.startsWith('-') && command === undefined) {
    stderr.write(`${unknownCommand(name).message}\n`);
    return EXIT.usage;
  }
  stdout.write(command === undefined ? overview(COMMANDS) : commandHelp(command));
  return EXIT.done;
};

const unknownCommand = (name: string): UsageError =>
  new UsageError(`Expected a command (${COMMANDS.map((one) => one.name).join(', ')}), found ${name}`);
