import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/command.ts';
import { readIfThere } from '../node/machine-config.ts';
import { runLines } from '../process/lines.ts';
import type { Report } from '../process/report.ts';

/** Programs are missing, and nothing here can install them. */
export class PackagesError extends Error {
  readonly code = 'PACKAGES_MISSING';
  override readonly name = 'PackagesError';
}

/** A Debian package and a file that shows that it is there, whatever it is called elsewhere. */
interface Requirement {
  package: string;
  /** A program on the PATH, or one of these paths. */
  program: string | readonly string[];
}

const REQUIREMENTS: readonly Requirement[] = [
  { package: 'runc', program: 'runc' },
  { package: 'containernetworking-plugins', program: ['/usr/lib/cni/ptp', '/opt/cni/bin/ptp'] },
  { package: 'nftables', program: 'nft' },
  { package: 'iptables', program: 'iptables' },
  { package: 'conntrack', program: 'conntrack' },
  { package: 'socat', program: 'socat' },
  { package: 'ethtool', program: 'ethtool' },
  { package: 'iproute2', program: 'ip' },
  { package: 'util-linux', program: 'unshare' },
  { package: 'mount', program: 'mount' },
  { package: 'openssl', program: 'openssl' },
  { package: 'hostname', program: 'hostname' },
  { package: 'buildah', program: 'buildah' },
  { package: 'busybox-static', program: 'busybox' },
];

// A root shell's PATH may lack these, where several of the programs are.
const SYSTEM_DIRS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Where a program is, or undefined. */
export const findProgram = async (program: string | readonly string[]): Promise<string | undefined> => {
  const candidates =
    typeof program === 'string'
      ? [...(process.env['PATH'] ?? '').split(':'), ...SYSTEM_DIRS].map((dir) => join(dir, program))
      : program;
  for (const path of candidates) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not here; perhaps in the next place.
    }
  }
  return undefined;
};

const missingPackages = async (): Promise<string[]> => {
  const found = await Promise.all(REQUIREMENTS.map(async ({ program }) => await findProgram(program)));
  return REQUIREMENTS.filter((_, index) => found[index] === undefined).map((requirement) => requirement.package);
};

/** Whether /etc/os-release is of Debian or one of its children. */
export const isDebian = (osRelease: string): boolean => /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease);

const nonInteractive = (): NodeJS.ProcessEnv => ({ ...process.env, DEBIAN_FRONTEND: 'noninteractive' });

const aptGet = async (args: readonly string[], signal: AbortSignal): Promise<void> => {
  const said: string[] = [];
  const code = await runLines('apt-get', args, {
    env: nonInteractive(),
    signal,
    onStdout: (line) => said.push(line),
    onStderr: (line) => said.push(line),
  });
  if (code !== 0) {
    throw new PackagesError(
      `Expected "apt-get ${args.join(' ')}" to succeed, it ended with ${code}: ${said.slice(-8).join('\n')}`,
    );
  }
};

/** Installs the system packages that are missing, where it can. Throws PackagesError that names them where it cannot. */
export const ensurePackages = async ({ report, signal }: { report: Report; signal: AbortSignal }): Promise<void> => {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const list = missing.join(' ');
  const osRelease = (await readIfThere('/etc/os-release')) ?? '';
  if (!isDebian(osRelease) || (await findProgram('apt-get')) === undefined) {
    throw new PackagesError(
      `Expected the programs of these packages (Debian's names), found none of them: ${list}. Install what your system calls them, or use another cluster: npm start -- --context NAME`,
    );
  }
  report(`installing missing packages: ${list}`);
  // Finishes what an interrupted installation left; without that, apt-get refuses to work.
  await run('dpkg', ['--configure', '-a'], { signal, env: nonInteractive() });
  await aptGet(['update', '-q'], signal);
  await aptGet(['install', '-q', '-y', '--no-install-recommends', ...missing], signal);
  const still = await missingPackages();
  if (still.length > 0) {
    throw new PackagesError(`Expected the programs of ${still.join(' ')} after their installation, found none`);
  }
  report('packages are installed');
};
