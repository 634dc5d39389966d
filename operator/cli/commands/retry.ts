import { defineCommand, NAME_ARGUMENT, REVISION_ARGUMENT } from '../command.ts';
import { retry as decide } from '../decide/retry.ts';
import { DRY_RUN_OPTION, writeDecision } from '../decide/write.ts';

export const retry = defineCommand({
  name: 'retry',
  summary: 'Try the revision that the spec asks for again',
  description:
    'After it was aborted, has failed, or was rolled back from. It runs from the beginning, with fresh checks.',
  examples: ['retry users', 'retry users users-91be02c6f0'],
  arguments: [NAME_ARGUMENT, REVISION_ARGUMENT],
  options: { ...DRY_RUN_OPTION },
  run: (invocation) => {
    const requestedAt = new Date(invocation.clock.now()).toISOString();
    return writeDecision(invocation, (blueGreen) => decide(blueGreen, invocation.args[1], requestedAt));
  },
});
