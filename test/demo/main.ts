import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../operator/runtime/log.ts';
import { UsageError } from '../load/options.ts';
import { Demo } from './demo.ts';
import { findAccess } from './kube-access.ts';
import { renderLive } from './live-view.ts';
import { type DemoOptions, parseOptions, USAGE } from './options.ts';
import { Screen } from './screen.ts';
import { renderSummary } from './table.ts';

const FRAME_MS = 250;
const HEARTBEAT_MS = 10_000;
/** Without a terminal only the head of the picture is written: the state and the rows of traffic. */
const LOG_LINES = 5;
const LOG_COLUMNS = 160;

const now = (): number => performance.timeOrigin + performance.now();

const picture = (demo: Demo, columns: number): string[] =>
  renderLive(
    {
      phase: demo.phase,
      traffic: demo.load.traffic,
      records: demo.director.records,
      acts: demo.acts.length + 1,
      serving: demo.subject.serving,
    },
    columns,
  );

const play = async (options: DemoOptions, screen: Screen, signal: AbortSignal): Promise<boolean> => {
  const access = findAccess(options.context);
  const demo = new Demo(options, {
    access,
    log: createLogger({ level: 'silent', name: 'demo' }),
    now,
    random: Math.random,
    say: (line) => screen.log(`${new Date().toISOString().slice(11, 19)}  ${line}`),
  });
  try {
    const summary = await showing(demo, screen, () => demo.run(signal));
    process.stdout.write(options.json ? `${JSON.stringify(summary, undefined, 2)}\n` : `\n${renderSummary(summary)}`);
    return summary.promises.every(({ held }) => held);
  } catch (error) {
    // What was measured so far; half a run says nothing about the promises.
    const measured = { ...demo.summary(), promises: [] };
    if (demo.director.records.length > 0 && !options.json) process.stdout.write(`\n${renderSummary(measured)}\n`);
    throw error;
  } finally {
    access.client.close();
  }
};

/** Shows the demo until it has ended. */
const showing = async <T>(demo: Demo, screen: Screen, run: () => Promise<T>): Promise<T> => {
  const done = new AbortController();
  const shown = show(demo, screen, done.signal);
  try {
    return await run();
  } finally {
    done.abort();
    await shown;
    screen.close();
  }
};

/** Draws the picture again and again; where it cannot be drawn over itself, now and then and only what matters most. */
const show = async (demo: Demo, screen: Screen, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await sleep(screen.isLive ? FRAME_MS : HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
    if (screen.isLive) screen.draw(picture(demo, screen.columns));
    else if (!signal.aborted) for (const line of picture(demo, LOG_COLUMNS).slice(0, LOG_LINES)) screen.log(line);
  }
};

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(new Error(`Stopped by ${name}`)));
  }
  return (await play(options, new Screen(process.stderr), stop.signal)) ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
