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
  expect(info.retired).toBe(false);
  expect(info.revision).toBeUndefined();
});

test.each([
  ['retired', true],
  ['retired\n', true],
  ['active', false],
  ['', false],
])('traffic %j', async (traffic, retired) => {
  using folder = temporaryFolder();
  writeVolume(folder.path, { traffic, revision: 'users-5f7c9d2b41' });
  const info = new PodInfo({ folder: folder.path, log: silentLog(), clock: systemClock });
  await info.refresh();
  expect(info.retired).toBe(retired);
  expect(info.revision).toBe('users-5f7c9d2b41');
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
    expect(followed.info.retired).toBe(false);
    for (const retired of [true, false, true]) {
      writeVolume(folder.path, { traffic: retired ? 'retired' : 'active', revision: 'r1' });
      await eventually(`retired to be ${retired}`, () => followed.info.retired === retired);
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
    expect(followed.info.retired).toBe(false);
    clock.advance(1);
    await eventually('the signal', () => followed.info.retired);
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
      return followed.info.retired;
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
    await eventually('the signal', () => followed.info.retired);
    expect(watchers).toHaveLength(2);
  });

  test('a folder that is gone means active again', async () => {
    using folder = temporaryFolder();
    writeVolume(folder.path, { traffic: 'retired', revision: 'r1' });
    const clock = new ManualClock();
    await using followed = follow({ folder: folder.path, clock });
    await eventually('the signal', () => followed.info.retired);
    rmSync(folder.path, { recursive: true });
    await eventually('the end of the signal', () => {
      clock.advance(1000);
      return !followed.info.retired;
    });
    expect(followed.info.revision).toBeUndefined();
  });
});
