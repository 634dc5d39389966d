import { connector } from '../../../operator/cli/connect.ts';
import type { Terminal } from '../../../operator/cli/output/terminal.ts';
import { run } from '../../../operator/cli/run.ts';
import { systemClock } from '../../../operator/runtime/clock.ts';
import type { Scene } from '../scene.ts';

/** What became of a command line. */
export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

class Recorder implements Terminal {
  text = '';

  write(text: string): void {
    this.text += text;
  }
}

/** Runs `kubectl relevo` in a scene's namespace, as a person would. */
export const relevo = async (it: Scene, ...args: string[]): Promise<Ran> => {
  const stdout = new Recorder();
  const stderr = new Recorder();
  const exitCode = await run([...args, '--kubeconfig', it.environment.kubeconfigPath, '--namespace', it.namespace], {
    stdout,
    stderr,
    environment: {},
    clock: systemClock,
    connect: connector({}),
    signal: it.signal,
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};
