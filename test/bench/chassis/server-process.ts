import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Variant } from './variants.ts';

const SERVER = fileURLToPath(new URL('server.ts', import.meta.url));

/** What a server tells about itself. */
interface Answer {
  port?: number;
  /** Microseconds. */
  cpu?: { user: number; system: number };
}

/** A server under test in a process of its own, so that its processor time is its alone. */
export class ServerProcess {
  readonly variant: Variant;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(variant: Variant, child: ChildProcess, port: number) {
    this.variant = variant;
    this.#child = child;
    this.port = port;
  }

  static async start(variant: Variant, signal: AbortSignal): Promise<ServerProcess> {
    // Its log goes nowhere: what reads the log of a container is not the service's cost.
    const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
    const child = fork(SERVER, [variant], { stdio, env: { ...process.env, NODE_ENV: 'production' } });
    const { port } = await answerOf(child, signal);
    if (port === undefined) throw new TypeError('Expected the server to tell its port first');
    return new ServerProcess(variant, child, port);
  }

  /** Processor time that it has used so far, in seconds. */
  async cpuSeconds(signal: AbortSignal): Promise<number> {
    const answer = answerOf(this.#child, signal);
    this.#child.send('usage');
    const { cpu = { user: 0, system: 0 } } = await answer;
    return (cpu.user + cpu.system) / 1e6;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

const answerOf = async (child: ChildProcess, signal: AbortSignal): Promise<Answer> => {
  const ended = new AbortController();
  const onExit = (code: number | null): void =>
    ended.abort(new TypeError(`Expected the server to run, it ended with ${code}`));
  child.once('exit', onExit);
  try {
    // The other side is a program of ours.
    const [answer]: Answer[] = await once(child, 'message', { signal: AbortSignal.any([signal, ended.signal]) });
    return answer ?? {};
  } finally {
    child.off('exit', onExit);
  }
};
