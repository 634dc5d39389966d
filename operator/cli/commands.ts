import type { Command } from './command.ts';
import { list } from './commands/list.ts';
import { status } from './commands/status.ts';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly Command[] = [list, status];
