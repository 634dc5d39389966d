import { defineCommand, NAME_ARGUMENT, REVISION_ARGUMENT } from '../command.ts';
import { promote as decide } from '../decide/promote.ts';
import { DRY_RUN_OPTION, writeDecision } from '../decide/write.ts';

export const promote = defineCommand({
  name: 'promote',
  summary: 'Let the release that is under way go live without more soak or waiting',
  description:
    'Ends the soak and the wait for a person. Checks are never skipped, and every pod must be ready before the switch. With REVISION it is refused unless that one is under way.',
  examples: ['promote users', 'promote users users-91be02c6f0', 'promote users --dry-run'],
  arguments: [NAME_ARGUMENT, REVISION_ARGUMENT],
  options: { ...DRY_RUN_OPTION },
  run: (invocation) => writeDecision(invocation, (blueGreen) => decide(blueGreen, invocation.args[1])),
});
