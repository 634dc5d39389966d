import { mkdir, writeFile } from 'node:fs/promises';
import { run } from '../process/command.ts';

/**
 * Settings of the whole machine that the kubelet insists on (kubelet's `setupKernelTunables`). Inside the node each
 * reads as the kubelet wants it, so that it leaves the machine's own value alone.
 */
const KERNEL_SETTINGS = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
} as const;

/**
 * Inside the node's mount namespace: makes sure that nothing is written to the machine but the state folder. Some
 * programs have fixed paths (/run/containerd/s, /run/netns, /var/lib/kubelet/device-plugins, /var/log/containers), so /run is
 * an empty folder in memory and what is written to /var stays in memory.
 */
export const makePrivateRoot = async (stateDir: string, signal: AbortSignal): Promise<void> => {
  const mount = (...args: string[]) => run('mount', args, { signal });
  await mount('-t', 'tmpfs', '-o', 'mode=755', 'relevo-run', '/run');
  const [upper, work, state, kernel] = ['upper', 'work', 'state', 'kernel'].map((name) => `/run/relevo/${name}`);
  for (const dir of [upper, work, state, kernel, '/run/netns', '/run/lock']) {
    if (dir !== undefined) await mkdir(dir, { recursive: true });
  }
  await mount('--bind', stateDir, String(state));
  await mount('-t', 'overlay', '-o', `lowerdir=/var,upperdir=${upper},workdir=${work}`, 'relevo-var', '/var');
  // An overlay cannot carry containerd's own overlays: where the state folder is below /var, it goes on top of it again.
  if (stateDir.startsWith('/var/')) await mount('--bind', String(state), stateDir);
  for (const [name, value] of Object.entries(KERNEL_SETTINGS)) {
    const file = `${kernel}/${name.replaceAll('/', '.')}`;
    await writeFile(file, `${value}\n`);
    await mount('--bind', file, `/proc/sys/${name}`);
  }
};
