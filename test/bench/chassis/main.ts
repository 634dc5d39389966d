import { Agent, request } from 'node:http';
import { numericFlag } from '../../load/options.ts';
import { parseArgs } from 'node:util';
import { table } from '../table.ts';
import { ServerProcess } from './server-process.ts';
import { VARIANTS, type Variant } from './variants.ts';

const HELP = `Measures what the chassis costs: processor time of a request over bare Koa with the same route, side by side.

  --rounds N      rounds; in each every variant gets its requests, in turn (9)
  --requests N    requests of a round (4000)
`;

const CONNECTIONS = 16;

/** Sends so many requests over kept-alive connections. */
const load = async (port: number, count: number, signal: AbortSignal): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let left = count;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask(agent, port, signal);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  agent.destroy();
};

const ask = (agent: Agent, port: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/hello/you', agent, signal }, (response) => {
      if (response.statusCode !== 200) reject(new TypeError(`Expected 200, found ${response.statusCode}`));
      response.resume().once('end', resolve).once('error', reject);
    })
      .once('error', reject)
      .end();
  });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const measure = async (rounds: number, requests: number, signal: AbortSignal): Promise<string> => {
  const servers = await Promise.all(VARIANTS.map((variant) => ServerProcess.start(variant, signal)));
  const costs = new Map<Variant, number[]>(VARIANTS.map((variant) => [variant, []]));
  try {
    for (const { port } of servers) await load(port, requests * 3, signal);
    for (let round = 0; round < rounds; round += 1) {
      for (const server of servers) {
        const before = await server.cpuSeconds(signal);
        await load(server.port, requests, signal);
        costs.get(server.variant)?.push((((await server.cpuSeconds(signal)) - before) / requests) * 1e6);
      }
    }
  } finally {
    for (const server of servers) server.stop();
  }
  const bare = costs.get('koa') ?? [];
  return table([
    ['processor time of a request', 'median µs', 'over bare Koa'],
    ...VARIANTS.map((variant) => {
      const own = costs.get(variant) ?? [];
      const ratio = median(own.map((cost, round) => cost / (bare[round] ?? Number.NaN)));
      return [variant, median(own).toFixed(1), `${((ratio - 1) * 100).toFixed(1)} %`];
    }),
  ]);
};

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
try {
  const options = {
    rounds: { type: 'string', default: '9' },
    requests: { type: 'string', default: '4000' },
    help: { type: 'boolean', default: false, short: 'h' },
  } as const;
  const { values } = parseArgs({ options });
  const rounds = numericFlag('rounds', values.rounds, 1, 1000);
  const requests = numericFlag('requests', values.requests, 100, 1_000_000);
  process.stdout.write(values.help ? HELP : `${await measure(rounds, requests, interrupted.signal)}\n`);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
