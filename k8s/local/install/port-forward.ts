import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Cluster } from './cluster.ts';

/** Does something with a Service while its port is forwarded to a free port of the loopback. */
export const withPortForward = async <T>(
  { kubectl: [program, ...target], env }: Cluster,
  { namespace, service, port }: { namespace: string; service: string; port: number },
  signal: AbortSignal,
  work: (url: string) => Promise<T>,
): Promise<T> => {
  const args = [...target, `--namespace=${namespace}`, 'port-forward', `service/${service}`, `:${port}`];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, signal });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const end = once(child, 'exit').then(() => {
    throw new Error(`Expected "kubectl port-forward service/${service}" to stay, it said: ${said.join(' ')}`);
  });
  try {
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([once(lines, 'line', { signal }), end]);
    const local = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1];
    return await work(`http://127.0.0.1:${local}`);
  } finally {
    end.catch(() => undefined);
    child.kill();
  }
};
