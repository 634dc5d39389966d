import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { SCRIPTS } from '../../../operator/cli/completion/scripts.ts';
import { scene } from '../scene.ts';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../../../operator/cli/main.ts', import.meta.url));

test(
  'bash completes commands, flags and the names of BlueGreens and revisions',
  scene(async (it) => {
    const { status } = await it.release({ image: 'ready:v1' });
    const folder = await mkdtemp(join(tmpdir(), 'relevo-completion-'));
    try {
      const program = join(folder, 'kubectl-relevo');
      await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
      await chmod(program, 0o755);
      await writeFile(join(folder, 'completion.bash'), SCRIPTS.bash);
      const env = {
        ...process.env,
        PATH: `${folder}:${process.env['PATH']}`,
        KUBECONFIG: it.environment.kubeconfigPath,
      };
      const complete = async (...words: string[]): Promise<string[]> => {
        const script = `source ${folder}/completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kubectl_relevo; printf '%s\\n' "\${COMPREPLY[@]}"`;
        const args = ['--norc', '-c', script, 'bash', 'kubectl-relevo', ...words];
        const { stdout } = await execute('bash', args, { env, signal: it.signal });
        return stdout.split('\n').filter((line) => line !== '');
      };
      expect(await complete('pro')).toEqual(['promote']);
      expect(await complete('status', '--wa')).toEqual(['--watch']);
      expect(await complete('status', '-n', it.namespace, '')).toEqual(['web']);
      expect(await complete('promote', 'web', '-n', it.namespace, 'web-')).toEqual([status.active]);
      expect(await complete('list', '-n', it.namespace.slice(0, -2))).toEqual([it.namespace]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }),
);
