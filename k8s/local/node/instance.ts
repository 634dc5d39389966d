import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** A name or a path that an instance cannot have. */
export class InstanceError extends Error {
  readonly code = 'INSTANCE_INVALID';
  override readonly name = 'InstanceError';
}

/** One local node: everything that it owns on this machine has a name made from its id. */
export interface Instance {
  /** `main` is the one of `npm start`; tests use others. */
  name: string;
  /** Eight hex digits from the checkout's path and the name, so that two checkouts never share anything. */
  id: string;
  /** Everything that outlives a stop: cluster data, certificates, images. */
  stateDir: string;
  /** What lasts from one boot to a stop: sockets, the parts' states. */
  runDir: string;
  logDir: string;
  /** The kubeconfig of an administrator. */
  kubeconfigPath: string;
  /** Ends of the link that joins the node to this machine; a link's name has at most 15 characters. */
  links: { host: string; node: string };
  /** Name of the control group under which all pods run. */
  cgroup: string;
}

/** What an instance is made from. */
export interface InstanceOptions {
  name: string;
  /** Folder of the checkout. */
  checkout: string;
  env: NodeJS.ProcessEnv;
}

/** The instance of `npm start`. */
export const MAIN = 'main';

/** Folder of this checkout. */
export const CHECKOUT = resolve(import.meta.dirname, '../../..');

// A path of a Unix socket has at most 107 bytes (unix(7)); the longest one of ours is `run/containerd.sock.ttrpc`.
const LONGEST_STATE_DIR = 107 - '/run/containerd.sock.ttrpc'.length;

const ownRoot = (env: NodeJS.ProcessEnv): string | undefined => {
  const own = env['RELEVO_STATE_DIR'];
  return own === undefined || own === '' ? undefined : resolve(own);
};

const usualRoot = (env: NodeJS.ProcessEnv): string => {
  const xdg = env['XDG_STATE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.local', 'state') : xdg, 'relevo');
};

/** The names of everything that one instance owns. Throws InstanceError if it cannot be. */
export const instanceOf = ({ name, checkout, env }: InstanceOptions): Instance => {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new InstanceError(
      `Expected the name of a node to be up to 20 lower-case letters, digits and "-", starting with a letter, found "${name}"`,
    );
  }
  const path = realpathSync(checkout);
  const own = ownRoot(env);
  // A folder of its own makes it a node of its own.
  const identity = [path, name, ...(own === undefined ? [] : [own])].join('\n');
  const id = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const root = own ?? usualRoot(env);
  const stateDir = join(root, `${basename(path).slice(0, 20)}-${name}-${id}`);
  const hint = 'set RELEVO_STATE_DIR to another folder, for example RELEVO_STATE_DIR=/var/tmp/relevo';
  if (/^\/(run|proc|sys|dev)(\/|$)/.test(stateDir)) {
    throw new InstanceError(`Expected a state folder on a disk, found ${stateDir}: ${hint}`);
  }
  if (Buffer.byteLength(stateDir) > LONGEST_STATE_DIR) {
    throw new InstanceError(
      `Expected a state folder with a path of at most ${LONGEST_STATE_DIR} bytes (sockets stand in it), found ${stateDir}: ${hint}`,
    );
  }
  return {
    name,
    id,
    stateDir,
    runDir: join(stateDir, 'run'),
    logDir: join(stateDir, 'log'),
    kubeconfigPath: join(stateDir, 'kubeconfig'),
    links: { host: `rv-${id}-h`, node: `rv-${id}-n` },
    cgroup: `relevo-${id}`,
  };
};
