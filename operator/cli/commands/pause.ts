import { defineCommand, NAME_ARGUMENT } from '../command.ts';
import { pause as decide } from '../decide/pause.ts';
import { DRY_RUN_OPTION, writeDecision } from '../decide/write.ts';

const NOTE =
  'Writes spec.paused. Whatever applies the whole spec later (helm upgrade, GitOps) writes what stands there.';

export const pause = defineCommand({
  name: 'pause',
  summary: 'Hold releases where they are; what serves goes on serving',
  description: NOTE,
  examples: ['pause users'],
  arguments: [NAME_ARGUMENT],
  options: { ...DRY_RUN_OPTION },
  run: (invocation) => writeDecision(invocation, (blueGreen) => decide(blueGreen, true)),
});

export const resume = defineCommand({
  name: 'resume',
  summary: 'Let paused releases go on',
  description: NOTE,
  examples: ['resume users'],
  arguments: [NAME_ARGUMENT],
  options: { ...DRY_RUN_OPTION },
  run: (invocation) => writeDecision(invocation, (blueGreen) => decide(blueGreen, false)),
});
