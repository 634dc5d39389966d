import { expect, test } from '@jest/globals';
import { parseHierarchies } from './cgroup.ts';

test('every hierarchy of version 1 is found, with its controllers', () => {
  const mounts = `tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0
`;
  expect(parseHierarchies(mounts)).toEqual([
    { path: '/sys/fs/cgroup/cpu,cpuacct', version: 1, controllers: ['cpu', 'cpuacct'] },
    { path: '/sys/fs/cgroup/systemd', version: 1, controllers: [] },
  ]);
});

test('the one hierarchy of version 2 is found', () => {
  expect(parseHierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0\n')).toEqual([
    { path: '/sys/fs/cgroup', version: 2, controllers: [] },
  ]);
});
