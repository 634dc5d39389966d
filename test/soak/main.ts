import { writeFile } from 'node:fs/promises';
import { createLogger } from '../../operator/runtime/log.ts';
import { findAccess } from '../demo/kube-access.ts';
import { seededRandom } from '../faults/random.ts';
import { UsageError } from '../load/options.ts';
import { parseOptions, type SoakOptions, USAGE } from './options.ts';
import { Soak } from './soak.ts';
import { renderReport, renderTurn } from './table.ts';
import type { SoakTally } from './tally.ts';

const say = (line: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${line}\n`);
};

const save = async ({ report, seed }: SoakOptions, tally: SoakTally): Promise<void> => {
  if (report === undefined) return;
  const found = { seed, ...tally.report(), records: tally.records };
  await writeFile(report, `${JSON.stringify(found, undefined, 2)}\n`);
};

const run = async (options: SoakOptions, signal: AbortSignal): Promise<boolean> => {
  const access = findAccess(options.context);
  const soak = new Soak(options, {
    access,
    log: createLogger({ level: 'silent', name: 'soak' }),
    now: () => performance.timeOrigin + performance.now(),
    random: seededRandom(options.seed),
    onTurn: (record) => say(renderTurn(record)),
    onLap: (tally) => save(options, tally),
    say,
  });
  say(`seed ${options.seed}`);
  try {
    await soak.run(signal);
  } finally {
    access.client.close();
    // What was measured is said, however it ended.
    await save(options, soak.tally);
    process.stdout.write(`\n${renderReport(soak.tally.report())}`);
  }
  return soak.tally.report().held;
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), Math.random);
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(new Error(`Stopped by ${name}`)));
  }
  return (await run(options, stop.signal)) ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
