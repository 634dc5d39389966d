import { deploymentNameOf } from '../adopt/deployment-argument.ts';
import { nextRelease } from '../adopt/next-release.ts';
import { runSteps, STEPS_OPTIONS } from '../adopt/run-steps.ts';
import { defineCommand, NAME_ARGUMENT } from '../command.ts';

export const release = defineCommand({
  name: 'release',
  summary: 'Turn an adopted BlueGreen back into its Deployment, without losing a request',
  description:
    'The Deployment gets the pods of what serves now; when they are ready, the BlueGreen is deleted, the Service selects what it selected before, and the pods of the slots end. It can be interrupted at any moment: the same command goes on.',
  examples: ['release users', 'release users --dry-run'],
  arguments: [NAME_ARGUMENT],
  options: { ...STEPS_OPTIONS },
  run: (invocation) => runSteps(invocation, deploymentNameOf(invocation.args[0] ?? ''), nextRelease),
});
