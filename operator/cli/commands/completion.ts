import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { defineLocalCommand } from '../local-command.ts';
import { SCRIPTS, SHELLS } from '../completion/scripts.ts';

export const completion = defineLocalCommand({
  name: 'completion',
  summary: 'Print the completion script of a shell',
  description:
    'For commands, flags, BlueGreens, revisions, namespaces and contexts. kubectl itself completes "kubectl relevo" when the program kubectl_complete-relevo, which stands beside this one, is in the PATH.',
  examples: [
    'completion bash > /etc/bash_completion.d/kubectl-relevo',
    'completion zsh > "${fpath[1]}/_kubectl-relevo"',
    'completion fish > ~/.config/fish/completions/kubectl-relevo.fish',
  ],
  arguments: [{ name: 'SHELL', completes: SHELLS }],
  run: async ({ stdout }, [name]) => {
    const shell = SHELLS.find((one) => one === name);
    if (shell === undefined) throw new UsageError(`Expected a shell (${SHELLS.join(', ')}), found ${name}`);
    stdout.write(SCRIPTS[shell]);
    return EXIT.done;
  },
});
