import { expectArguments } from './command.ts';
import type { ArgumentSpec, Command, World } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import { HELP_OPTION, readOptions } from './options.ts';

interface LocalDefinition {
  name: string;
  summary: string;
  description: string;
  examples: readonly string[];
  arguments: readonly ArgumentSpec[];
  run: (world: World, args: readonly string[]) => Promise<ExitCode>;
}

/** A command that needs no cluster. */
export const defineLocalCommand = (definition: LocalDefinition): Command => ({
  ...definition,
  options: HELP_OPTION,
  run: async (args, world) => {
    const { positionals } = readOptions(HELP_OPTION, args);
    expectArguments(definition.arguments, positionals);
    return definition.run(world, positionals);
  },
});
