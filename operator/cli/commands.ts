import type { Command } from './command.ts';
import { abort } from './commands/abort.ts';
import { adopt } from './commands/adopt.ts';
import { completion } from './commands/completion.ts';
import { diff } from './commands/diff.ts';
import { explain } from './commands/explain.ts';
import { history } from './commands/history.ts';
import { list } from './commands/list.ts';
import { pause, resume } from './commands/pause.ts';
import { promote } from './commands/promote.ts';
import { release } from './commands/release.ts';
import { retry } from './commands/retry.ts';
import { rollback } from './commands/rollback.ts';
import { status } from './commands/status.ts';
import { wait } from './commands/wait.ts';

/** Every command, in the order in which the help lists them. */
export const COMMANDS: readonly Command[] = [
  list,
  status,
  explain,
  wait,
  history,
  diff,
  promote,
  abort,
  retry,
  rollback,
  pause,
  resume,
  adopt,
  release,
  completion,
];
