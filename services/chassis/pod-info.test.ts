import { mkdirSync, rmSync, watch } from 'node:fs';
import { describe, expect, jest, test } from '@jest/globals';
import { systemClock } from './clock.ts';
import { silentLog } from './log.ts';
import { PodInfo, type PodInfoOptions } from './pod-info.ts';
import { eventually } from './testing/eventually.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { writeVolume } from './testing/pod-info-volume.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

jest.setTimeout(30_000);

/** Follows a folder until its scope ends. */
const follow = (options: Partial<PodInfoOptions> & { folder: string }) => {
  const ended = new AbortController();
  const info = new PodInfo({ log: silentLog(), clock: new ManualClock(), ...options });
  const running = info.run(ended.signal);
  return {
    info,
    [Symbol.asyncDispose]: async () => {
      ended.abort();
      await running;
    },
  };
};

test('a missing folder means: active, and no revision', async () => {
  const info = new PodInfo({ folder: '/nowhere', log: silentLog(), clock: systemClock });
  await info.refresh();
  expect(info.traffic).toBe('active');
  expect(info.revision).toBeUndefined();
});

test.each([
  ['retired', 'retired'],
  ['retired\n', 'retired'],
  ['leaving', 'leaving'],
  ['active', 'active'],
  ['', 'active'],
  ['something else', 'active'],
])('traffic %j', async (traffic, expected) => {
  using folder = temporaryFolder();
  writeVolume(folder.path, { traffic, revision: 'users-5f7c9d2b41' });
  const info = new PodInfo({ folder: folder.path, log: silentLog(), clock: systemClock });
  await info.refresh();
  expect(info.traffic).toBe(expected);
  expect(info.revision).toBe('users-5f7c9d2b41');
});

test('a pod that is said to be leaving, and then nothing more, is active again after 10 s', async () => {
  using folder = temporaryFolder();
  writeVolume(folder.path, { traffic: 'leaving', revision: 'r1' });
  const clock = new ManualClock();
  const info = new PodInfo({ folder: folder.path, log: silentLog(), clock });
  await info.refresh();
  clock.advance(9999);
  await info.refresh();
  expect(info.traffic).toBe('leaving');
  clock.advance(1);
  await info.refresh();
  expect(info.traffic).toBe('active');
  writeVolume(folder.path, { traffic: 'retired', revision: 'r1' });
  await info.refresh();
  expect(info.traffic).toBe('retired');
});

const unwatchable = () => {
  throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' });
};

describe('following', () => {
  test('sees every swap of the volume, there and back', async () => {
    using folder = temporaryFolder();
    writeVolume(folder.path, { traffic: 'active', revision: 'r1' });
    // The clock stands still: only the file system's events can tell.
    const clock = new ManualClock();
    await using followed = follow({ folder: folder.path, clock });
    await eventually('the watch', () => clock.sleeping > 0);
    expect(followed.info.traffic).toBe('active');
    for (const traffic of ['leaving', 'retired', 'active', 'retired'] as const) {
      writeVolume(folder.path, { traffic, revision: 'r1' });
      await eventually(`traffic to be ${traffic}`, () => followed.info.traffic === traffic);
    }
  });

  test('polls where the file system cannot be watched', async () => {
    using folder = temporaryFolder();
    writeVolume(folder.path, { traffic: 'active', revision: 'r1' });
    const clock = new ManualClock();
    await using followed = follow({ folder: folder.path, clock, pollMs: 100, watch: unwatchable });
    await eventually('the first poll', () => clock.sleeping > 0);
    writeVolume(folder.path, { traffic: 'retired', revision: 'r1' });
    clock.advance(99);
    expect(followed.info.traffic).toBe('active');
    clock.advance(1);
    await eventually('the signal', () => followed.info.traffic === 'retired');
  });

  test('begins when the folder appears', async () => {
    using parent = temporaryFolder();
    const folder = `${parent.path}/relevo`;
    const clock = new ManualClock();
    await using followed = follow({ folder, clock });
    await eventually('the first poll', () => clock.sleeping > 0);
    mkdirSync(folder);
    writeVolume(folder, { traffic: 'retired', revision: 'r1' });
    await eventually('the signal', () => {
      clock.advance(1000);
      return followed.info.traffic === 'retired';
    });
    expect(followed.info.revision).toBe('r1');
  });

  test('a failed watch is begun again', async () => {
    using folder = temporaryFolder();
    writeVolume(folder.path, { traffic: 'active', revision: 'r1' });
    const clock = new ManualClock();
    const watchers: ReturnType<typeof watch>[] = [];
    await using followed = follow({
      folder: folder.path,
      clock,
      watch: (path, onChange) => {
        const watcher = watch(path, { persistent: false }, onChange);
        watchers.push(watcher);
        return watcher;
      },
    });
    await eventually('the watch', () => clock.sleeping > 0);
    watchers[0]?.emit('error', new Error('gone'));
    clock.advance(1000);
    await eventually('another watch', () => watchers.length === 2);
    writeVolume(folder.path, { traffic: 'retired', revision: 'r1' });
    await eventually('the signal', () => followed.info.traffic === 'retired');
    expect(watchers).toHaveLength(2);
  });

  test('a folder that is gone means active again', async () => {
    using folder = temporaryFolder();
    writeVolume(folder.path, { traffic: 'retired', revision: 'r1' });
    const clock = new ManualClock();
    await using followed = follow({ folder: folder.path, clock });
    await eventually('the signal', () => followed.info.traffic === 'retired');
    rmSync(folder.path, { recursive: true });
    await eventually('the end of the signal', () => {
      clock.advance(1000);
      return followed.info.traffic === 'active';
    });
    expect(followed.info.revision).toBeUndefined();
  });
});
