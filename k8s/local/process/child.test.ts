import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild } from './child.ts';

const childModule = new URL('child.ts', import.meta.url).href;
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relevo-child-'));
});
afterEach(() => rm(dir, { recursive: true }));

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('output goes to the log, and stop waits for the end', async () => {
  const log = join(dir, 'log');
  const child = await startChild({ name: 'shell', command: 'sh', args: ['-c', 'echo said; exec sleep 60'], log });
  while ((await readFile(log, 'utf8')) === '') await sleep(5);
  expect(child.running()).toBe(true);
  await child.stop();
  expect(child.running()).toBe(false);
  expect(exists(child.pid)).toBe(false);
  expect(await readFile(log, 'utf8')).toBe('said\n');
});

test('it ends with the process that started it, even if that one is killed', async () => {
  const script = `
    const { startChild } = await import(${JSON.stringify(childModule)});
    const child = await startChild({ name: 'sleep', command: 'sleep', args: ['60'], log: ${JSON.stringify(join(dir, 'log'))} });
    process.stdout.write(String(child.pid));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(said);
  expect(exists(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let tries = 0; exists(pid) && tries < 200; tries += 1) await sleep(10);
  expect(exists(pid)).toBe(false);
});

test('a program that cannot run leaves its reason in the log', async () => {
  const log = join(dir, 'log');
  const child = await startChild({ name: 'nothing', command: join(dir, 'nothing'), args: [], log });
  await child.exited;
  expect(await readFile(log, 'utf8')).toContain('No such file');
});
