import { nextAdoption } from '../adopt/next-adoption.ts';
import { helmReleaseOf } from '../adopt/manifest.ts';
import { runSteps, STEPS_OPTIONS } from '../adopt/run-steps.ts';
import { deploymentNameOf } from '../adopt/deployment-argument.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import type { AdoptionState } from '../adopt/state.ts';

export const adopt = defineCommand({
  name: 'adopt',
  summary: 'Turn a running Deployment and its Service into a BlueGreen, without losing a request',
  description:
    'The Deployment serves until the pods of the BlueGreen do, and then stays at 0 pods as the way back (release). It can be interrupted at any moment: the same command goes on.',
  examples: [
    'adopt deployment/users',
    'adopt deployment/users --service users --preview users-preview',
    'adopt users --dry-run',
  ],
  arguments: [{ name: 'deployment/NAME', completes: 'nothing' }],
  options: {
    service: {
      type: 'string',
      value: 'NAME',
      description: 'The Service that clients use. Default: the one that selects the pods.',
    },
    preview: { type: 'string', value: 'NAME', description: 'A Service that shows a release before it serves.' },
    ...STEPS_OPTIONS,
  },
  run: async (invocation) => {
    const name = deploymentNameOf(invocation.args[0] ?? '');
    // Says so before anything is changed when there is no such resource in the cluster.
    await invocation.reader.blueGreens(invocation.namespace);
    let last: AdoptionState | undefined;
    const exitCode = await runSteps(invocation, name, (state) => {
      last = state;
      return nextAdoption(state, invocation.clock.now());
    });
    const release = helmReleaseOf(last?.deployment);
    if (exitCode === EXIT.done && release !== undefined && !invocation.values['dry-run']) {
      invocation.stdout.write(
        `The Deployment belongs to Helm release ${release}: have its chart make a BlueGreen in place of the Deployment (kind: BlueGreen in Relevo's chart) before its next upgrade. It takes over the one that is there.\n`,
      );
    }
    return exitCode;
  },
});
