import { expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { Client, Result } from './client.ts';
import { Generator } from './generator.ts';
import type { ReportLine } from './report.ts';

const answer: Result = { kind: 'answer', status: 200, revision: 'v1', retried: false };

/** Runs on a clock that moves only while the generator sleeps. */
const run = async (
  keepAlive: Client,
  rates: { keepAlive: number; fresh: number },
  signal = new AbortController().signal,
) => {
  let nowMs = 0;
  const lines: ReportLine[] = [];
  const fresh: Client = { send: () => Promise.resolve(answer), close: () => undefined };
  await new Generator({
    url: 'http://test/',
    clients: { keepAlive, fresh },
    rates,
    durationMs: 1000,
    windowMs: 250,
    now: () => nowMs,
    sleepUntil: async (timeMs) => {
      // Whatever can happen at this time happens before time goes on.
      await setImmediate();
      nowMs = Math.max(nowMs, timeMs);
    },
    emit: (line) => lines.push(line),
  }).run(signal);
  return lines;
};

const windows = (lines: ReportLine[]) => lines.flatMap((line) => (line.type === 'window' ? [line] : []));
const end = (lines: ReportLine[]) => lines.flatMap((line) => (line.type === 'end' ? [line] : []))[0];

test('sends at the asked rates and reports each window and the whole', async () => {
  const lines = await run(
    { send: () => Promise.resolve(answer), close: () => undefined },
    { keepAlive: 400, fresh: 150 },
  );
  expect(end(lines)?.kinds).toMatchObject({
    keepAlive: { sent: 400, ok: 400, failed: 0 },
    fresh: { sent: 150, ok: 150, failed: 0 },
  });
  expect(lines.map((line) => line.type)).toEqual(['start', 'window', 'window', 'window', 'window', 'end']);
  expect(lines.map((line) => line.seq)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(windows(lines).reduce((sum, line) => sum + line.kinds.keepAlive.ok, 0)).toBe(400);
});

test('goes on by the clock while nothing is answered, and counts every request in the end', async () => {
  const pending: ((result: Result) => void)[] = [];
  const client: Client = {
    send: () => {
      const sending = new Promise<Result>((resolve) => {
        pending.push(resolve);
      });
      // The last one of the run is due at 900 ms; only then does the server wake up.
      if (pending.length === 10) for (const resolve of pending) resolve(answer);
      return sending;
    },
    close: () => undefined,
  };
  const report = end(await run(client, { keepAlive: 10, fresh: 0 }))?.kinds.keepAlive;
  expect(report).toMatchObject({ sent: 10, ok: 10, latency: { maxMs: 900 } });
});

test('ends early when the signal aborts', async () => {
  const stop = new AbortController();
  let sent = 0;
  const client: Client = {
    send: () => {
      if (++sent === 20) stop.abort();
      return Promise.resolve(answer);
    },
    close: () => undefined,
  };
  const lines = await run(client, { keepAlive: 100, fresh: 0 }, stop.signal);
  expect(end(lines)?.kinds.keepAlive).toMatchObject({ sent: 20, ok: 20 });
});
