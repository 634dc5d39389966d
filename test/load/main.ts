import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientOptions } from './client.ts';
import { FreshClient } from './fresh-client.ts';
import { Generator } from './generator.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { type LoadOptions, parseOptions, USAGE, UsageError } from './options.ts';
import { resolveHost } from './resolve.ts';

/** Monotonic and finer than Date.now(), in the same scale. */
const now = (): number => performance.timeOrigin + performance.now();

const sleepUntil = async (timeMs: number, signal: AbortSignal): Promise<void> => {
  // Never 0: a timer of 1 ms is the finest there is, and lets several requests be sent at one waking.
  const pause = Math.max(1, Math.ceil(timeMs - now()));
  await sleep(pause, undefined, { signal }).catch(() => undefined);
};

const run = async (options: LoadOptions, signal: AbortSignal): Promise<void> => {
  const { url } = options;
  const client: ClientOptions = {
    address: { host: await resolveHost(url.hostname, 60, signal), port: Number(url.port || 80) },
    request: `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: relevo-load\r\nAccept: */*\r\n\r\n`,
    timeoutMs: options.timeoutMs,
    now,
  };
  await new Generator({
    url: url.href,
    clients: { keepAlive: new KeepAliveClient(client, options.connections), fresh: new FreshClient(client) },
    rates: options.rates,
    durationMs: options.durationSeconds * 1000,
    windowMs: options.windowMs,
    now,
    sleepUntil,
    emit: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  }).run(signal);
};

const main = async (): Promise<void> => {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  await run(options, stop.signal);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
