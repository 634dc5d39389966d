import { defineCommand, NAME_ARGUMENT, REVISION_ARGUMENT } from '../command.ts';
import { abort as decide } from '../decide/abort.ts';
import { DRY_RUN_OPTION, writeDecision } from '../decide/write.ts';

export const abort = defineCommand({
  name: 'abort',
  summary: 'Give up the release that is under way',
  description:
    'Before the switch: the pods of the release end and what serves goes on serving. While it is being verified: the old release takes the traffic back. The revision is not tried again until the spec changes, or retry.',
  examples: ['abort users', 'abort users users-91be02c6f0', 'abort users --dry-run'],
  arguments: [NAME_ARGUMENT, REVISION_ARGUMENT],
  options: { ...DRY_RUN_OPTION },
  run: (invocation) => writeDecision(invocation, (blueGreen) => decide(blueGreen, invocation.args[1])),
});
