import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { withLock } from './lock.ts';

const signal = new AbortController().signal;
const lockModule = new URL('lock.ts', import.meta.url).href;

test('the second waits for the first and learns who that is', async () => {
  const name = randomUUID();
  const order: string[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const first = withLock({ name, signal, onWait: () => order.push('never') }, async () => {
    hold();
    await released;
    order.push('first');
  });
  await held;
  const second = withLock(
    {
      name,
      signal,
      onWait: ({ pid }) => {
        order.push(`waits for ${pid}`);
        release();
      },
    },
    async () => order.push('second'),
  );
  await Promise.all([first, second]);
  expect(order).toEqual([`waits for ${process.pid}`, 'first', 'second']);
});

test('a killed owner holds no lock', async () => {
  const name = randomUUID();
  const script = `
    const { withLock } = await import(${JSON.stringify(lockModule)});
    const forever = () => new Promise(() => setInterval(() => undefined, 1000));
    await withLock({ name: ${JSON.stringify(name)}, signal: new AbortController().signal, onWait: () => undefined }, () => {
      process.stdout.write('held');
      return forever();
    });`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  const waits: string[] = [];
  const done = withLock(
    {
      name,
      signal,
      onWait: ({ pid }) => {
        waits.push(pid);
        owner.kill('SIGKILL');
      },
    },
    async () => 'worked',
  );
  await expect(done).resolves.toBe('worked');
  expect(waits).toEqual([String(owner.pid)]);
});

test('a wait can be given up', async () => {
  const name = randomUUID();
  const giveUp = new AbortController();
  await withLock({ name, signal, onWait: () => undefined }, async () => {
    const second = withLock({ name, signal: giveUp.signal, onWait: () => giveUp.abort() }, async () => 'worked');
    await expect(second).rejects.toThrow('aborted');
  });
});

test('a failure of the work gives the lock back', async () => {
  const name = randomUUID();
  const failing = withLock({ name, signal, onWait: () => undefined }, () => Promise.reject(new Error('no luck')));
  await expect(failing).rejects.toThrow('no luck');
  await expect(withLock({ name, signal, onWait: () => undefined }, async () => 'worked')).resolves.toBe('worked');
});
