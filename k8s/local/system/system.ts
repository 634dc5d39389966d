import { mkdir, readFile, statfs } from 'node:fs/promises';
import type { Instance } from '../node/instance.ts';
import { ensurePackages } from './packages.ts';
import type { Report } from '../process/report.ts';

/** What this machine lacks. */
export type SystemErrorCode = 'WRONG_SYSTEM' | 'NOT_ROOT' | 'NO_DISK' | 'NO_CGROUPS' | 'WRONG_FILE_SYSTEM';

/** A local node cannot run on this machine; the message says what to do. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly code: SystemErrorCode;

  constructor(code: SystemErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const OTHER_CLUSTER =
  'use any other cluster: "npm start -- --context NAME" takes a context of your kubeconfig (with Docker, "kind create cluster --config k8s/kind.yaml" makes one)';

/** A node's images, its data and its logs; the tools' own needs are checked where they are built. */
const WANTED_GB = 2;
/** f_type of an overlay in statfs(2); containerd cannot put its own overlays on one. */
const OVERLAY_FS = 0x794c7630;

/** Throws SystemError unless this process could run a node. */
export const checkRights = (platform: string, uid: number): void => {
  if (platform !== 'linux') {
    throw new SystemError('WRONG_SYSTEM', `Expected Linux for a local node, found ${platform}: ${OTHER_CLUSTER}`);
  }
  if (uid !== 0) {
    throw new SystemError(
      'NOT_ROOT',
      `Expected root for a local node (it makes namespaces, mounts and a network link), found user id ${uid}: run it as root ("sudo --preserve-env=PATH npm start"), or ${OTHER_CLUSTER}`,
    );
  }
};

const checkDisk = async ({ stateDir }: Instance): Promise<void> => {
  const { bavail, bsize, type } = await statfs(stateDir);
  const freeGb = (bavail * bsize) / 1e9;
  if (freeGb < WANTED_GB) {
    throw new SystemError(
      'NO_DISK',
      `Expected ${WANTED_GB} GB free in ${stateDir}, found ${freeGb.toFixed(1)} GB: make room, or set RELEVO_STATE_DIR to a folder on another disk`,
    );
  }
  if (type === OVERLAY_FS) {
    throw new SystemError(
      'WRONG_FILE_SYSTEM',
      `Expected ${stateDir} on a file system that can carry overlays, found an overlay: set RELEVO_STATE_DIR to a folder on a disk or a volume`,
    );
  }
};

const checkCgroups = async (): Promise<void> => {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  if (!/ cgroup2? rw/.test(mounts)) {
    throw new SystemError(
      'NO_CGROUPS',
      `Expected control groups mounted writable at /sys/fs/cgroup, found none: in a container, run it privileged, or ${OTHER_CLUSTER}`,
    );
  }
};

/** Makes sure that this machine can run the node: rights, disk, control groups, packages (installed where possible). */
export const checkSystem = async (
  instance: Instance,
  { report, signal }: { report: Report; signal: AbortSignal },
): Promise<void> => {
  checkRights(process.platform, process.getuid?.() ?? -1);
  await mkdir(instance.stateDir, { recursive: true, mode: 0o700 });
  await checkDisk(instance);
  await checkCgroups();
  await ensurePackages({ report, signal });
};
